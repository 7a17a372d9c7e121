"""Detects network file systems, on which the ledger does not work. Opens nothing but the system's mount table.

SQLite's write-ahead log needs memory shared by all processes that open the file, which a network file system does not
provide: https://www.sqlite.org/wal.html
"""

import re
from pathlib import Path, PurePath

_NETWORK = frozenset({
    "nfs", "nfs3", "nfs4", "cifs", "smb2", "smb3", "smbfs", "ncpfs", "afs", "kafs", "auristorfs", "coda", "davfs",
    "ceph", "glusterfs", "lustre", "gpfs", "beegfs", "fhgfs", "orangefs", "pvfs2", "panfs", "gfs2", "ocfs2", "wekafs",
    "quobyte", "drvfs",
})  # fmt: skip
_NETWORK_FUSE = frozenset({
    "sshfs", "nfs", "afs", "glusterfs", "ceph", "ceph-fuse", "s3fs", "rclone", "gcsfuse", "goofys", "juicefs",
    "blobfuse", "blobfuse2", "curlftpfs", "davfs", "davfs2", "smbnetfs", "mfs", "moosefs", "seaweedfs", "quobyte",
})  # fmt: skip
_ESCAPE = re.compile(r"\\([0-7]{3})")


def network_mount(path: PurePath, mounts: str) -> str | None:
    """The type of the network file system that holds the absolute, resolved `path`; None for a local file system.

    `mounts` is text in the form of /proc/self/mounts. The deepest mount point counts; of several mounts on the same
    point, the last.
    """
    depth, found = -1, None
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 4:
            continue
        point = PurePath(_unescaped(fields[1]))
        if len(point.parts) >= depth and path.is_relative_to(point):
            depth = len(point.parts)
            found = fields[2] if _is_network(fields[2], fields[3]) else None
    return found


def mounts_of_this_machine() -> str:
    """The mount table of this process, empty where the system has no such file."""
    try:
        return Path("/proc/self/mounts").read_text(encoding="utf-8", errors="surrogateescape")
    except OSError:
        return ""


def _is_network(kind: str, options: str) -> bool:
    if kind == "9p":
        # 9p is also the root of gVisor containers, where the write-ahead log works. It does not work on Windows drives
        # under WSL, nor over TCP; for any other 9p, switching the write-ahead log on fails.
        return "aname=drvfs" in options or "trans=tcp" in options.split(",")
    return kind in _NETWORK or (kind.startswith("fuse.") and kind[5:] in _NETWORK_FUSE)


def _unescaped(field: str) -> str:
    return _ESCAPE.sub(lambda match: chr(int(match[1], 8)), field)
