"""TEMPORARY."""
import csv, json
from flux2cli.core.batch.row import RawRow, RowProblem
def read_rows(lines, format, file):
    if format == "txt":
        for n, l in enumerate(lines, 1):
            t = l.decode().strip()
            if t and not t.startswith("#"):
                yield RawRow(file=file, line=n, values={"prompt": t})
    elif format == "jsonl":
        for n, l in enumerate(lines, 1):
            v = json.loads(l)
            for k in ("image","lora"):
                if k in v and not isinstance(v[k], list): v[k]=[v[k]]
            yield RawRow(file=file, line=n, values=v)
    else:
        r = csv.reader((l.decode() for l in lines), delimiter="," if format=="csv" else "\t")
        head = next(r)
        for rec in r:
            v={}
            for k,c in zip(head,rec):
                if not c: continue
                if k in ("image","lora"): v.setdefault(k,[]).append(c)
                else: v[k]=c
            yield RawRow(file=file, line=r.line_num, values=v)
