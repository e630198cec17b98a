"""Whether an archive is an OCI image layout: each descriptor's digest and size are those of its blob, no blob is unnamed, and the layer is what
the configuration says. Usage: oci_layout.py ARCHIVE; prints what is wrong, exits 1 then."""
import gzip
import hashlib
import io
import json
import sys
import tarfile

with tarfile.open(sys.argv[1]) as tar:
    files = {m.name: tar.extractfile(m).read() for m in tar if m.isfile()}
faults, named = [], set()


def sha256(data):
    return "sha256:" + hashlib.sha256(data).hexdigest()


def blob(descriptor):
    path = "blobs/" + descriptor["digest"].replace(":", "/")
    data = files.get(path, b"")
    named.add(path)
    if sha256(data) != descriptor["digest"] or len(data) != descriptor["size"]:
        faults.append(f"{path}: digest or size is another")
    return data


if json.loads(files["oci-layout"]) != {"imageLayoutVersion": "1.0.0"}:
    faults.append("oci-layout")
index = json.loads(files["index.json"])
(entry,) = index["manifests"]
manifest = json.loads(blob(entry))
config = json.loads(blob(manifest["config"]))
(layer,) = manifest["layers"]
content = gzip.decompress(blob(layer))
if config["rootfs"] != {"type": "layers", "diff_ids": [sha256(content)]}:
    faults.append("diff_ids do not name the layer")
if entry["platform"] != {"architecture": config["architecture"], "os": config["os"]}:
    faults.append("two platforms")
if index["schemaVersion"] != 2 or manifest["schemaVersion"] != 2:
    faults.append("schemaVersion")
with tarfile.open(fileobj=io.BytesIO(content)) as tar:
    members = [(m.name, m.mode, m.uid, m.gid, m.mtime) for m in tar]
if members != [("plumbline", 0o755, 0, 0, 0)] or config["config"]["Entrypoint"] != ["/plumbline"]:
    faults.append(f"the layer holds {members}")
unnamed = {path for path in files if path.startswith("blobs/")} - named
faults += [f"{path}: nothing names it" for path in unnamed]
print("; ".join(faults))
sys.exit(bool(faults))
