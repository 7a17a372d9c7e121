"""Which mount tables the ledger refuses. Text in, the file system's type out."""

from pathlib import PurePosixPath

import pytest

from flux2cli.edges.ledger import network_mount

LAPTOP = """\
proc /proc proc rw,relatime 0 0
/dev/vda / ext4 rw,relatime,discard 0 0
server:/export/home /home nfs4 rw,vers=4.2,addr=10.0.0.1 0 0
/dev/vdb /home/ann/scratch xfs rw 0 0
//nas/our\\040files /mnt/our\\040files cifs rw 0 0
C:\\134 /mnt/c 9p rw,aname=drvfs;path=C:\\134;uid=1000,trans=fd 0 0
ann@host: /mnt/ssh fuse.sshfs rw,user_id=1000 0 0
portal /run/user/1000/doc fuse.portal rw 0 0
overlay /var/lib/docker overlay rw 0 0
broken line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/", None),
        ("/var/lib/state", None),
        ("/home", "nfs4"),
        ("/home/ann/.local/state/flux2cli", "nfs4"),
        ("/home/ann/scratch/state", None),
        ("/home/ann/scratchy", "nfs4"),
        ("/homes/ann", None),
        ("/mnt/our files/state", "cifs"),
        ("/mnt/our", None),
        ("/mnt/c/Users/ann", "9p"),
        ("/mnt/ssh", "fuse.sshfs"),
        ("/run/user/1000/doc/x", None),
        ("/var/lib/docker/x", None),
    ],
)
def test_the_deepest_mount_point_decides(path: str, kind: str | None) -> None:
    assert network_mount(PurePosixPath(path), LAPTOP) == kind


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ("nfs rw", "nfs"), ("nfs4 rw", "nfs4"), ("cifs rw", "cifs"), ("smb3 rw", "smb3"), ("smbfs rw", "smbfs"),
        ("afs rw", "afs"), ("ceph rw", "ceph"), ("glusterfs rw", "glusterfs"), ("fuse.glusterfs rw", "fuse.glusterfs"),
        ("lustre rw", "lustre"), ("gpfs rw", "gpfs"), ("beegfs rw", "beegfs"), ("drvfs rw", "drvfs"),
        ("9p rw,trans=tcp,port=564", "9p"), ("9p rw,trans=fd,rfdno=4,wfdno=4", None), ("9p rw,trans=virtio", None),
        ("tmpfs rw", None), ("btrfs rw", None), ("zfs rw", None), ("apfs rw", None), ("fuse.mergerfs rw", None),
        ("fuseblk rw", None), ("virtiofs rw", None),
    ],
)  # fmt: skip
def test_a_type_is_of_the_network_or_not(fields: str, kind: str | None) -> None:
    assert network_mount(PurePosixPath("/data/state"), f"source /data {fields} 0 0\n") == kind


def test_the_last_mount_on_a_point_covers_the_others() -> None:
    table = "a /data nfs rw 0 0\nb /data ext4 rw 0 0\n"
    assert network_mount(PurePosixPath("/data"), table) is None
    assert network_mount(PurePosixPath("/data"), "".join(reversed(table.splitlines(keepends=True)))) == "nfs"


def test_without_a_mount_table_nothing_is_refused() -> None:
    assert network_mount(PurePosixPath("/data"), "") is None
