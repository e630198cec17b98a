#!/usr/bin/env python3
"""
sbom.py DOCUMENT BINARY ARCH: an SPDX 2.3 document against the specification's required fields, against the binary that it is of, and
against the packages that the build names. A line for each fault; nothing when all is well.
"""
import glob
import hashlib
import json
import os
import re
import subprocess
import sys

DOCUMENT_FIELDS = {"spdxVersion": r"SPDX-2\.3", "dataLicense": r"CC0-1\.0", "SPDXID": r"SPDXRef-DOCUMENT", "name": r".+",
                   "documentNamespace": r"[a-z]+://[^#\s]+"}
PACKAGE_FIELDS = {"SPDXID": r"SPDXRef-[A-Za-z0-9.-]+", "name": r".+", "versionInfo": r"[0-9].*", "downloadLocation": r".+",
                  "licenseConcluded": r".+", "licenseDeclared": r".+", "copyrightText": r".+", "supplier": r"(Organization|Person): .+"}
LICENSES = {"Apache-2.0", "MIT", "BSD-3-Clause", "LGPL-2.1-or-later", "LGPL-2.1-only", "LGPL-3.0-or-later", "GPL-2.0-or-later",
            "GPL-3.0-or-later", "GCC-exception-3.1"}
ORIGIN = "${source:Package} ${source:Version}"


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def lacking(where, fields, found):
    return ["%s: %s is %r" % (where, name, found.get(name)) for name, pattern in fields.items()
            if not re.fullmatch(pattern, str(found.get(name, "")), re.S)]


def form(document):
    faults = lacking("document", DOCUMENT_FIELDS, document)
    creation = document.get("creationInfo", {})
    faults += lacking("creationInfo", {"created": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"}, creation)
    if not creation.get("creators") or not all(re.match(r"(Tool|Organization|Person): .+", c) for c in creation["creators"]):
        faults.append("creators: %r" % creation.get("creators"))
    ids = [package.get("SPDXID") for package in document["packages"]]
    if len(set(ids)) != len(ids):
        faults.append("an SPDXID stands twice: %s" % ids)
    for package in document["packages"]:
        faults += lacking(package.get("name", "package"), PACKAGE_FIELDS, package)
        words = re.split(r" (?:OR|AND|WITH) ", package.get("licenseDeclared", ""))
        faults += ["%s: no license of SPDX: %s" % (package["name"], word) for word in words if word not in LICENSES]
    known = set(ids) | {"SPDXRef-DOCUMENT"}
    for relation in document["relationships"]:
        if relation["spdxElementId"] not in known or relation["relatedSpdxElement"] not in known:
            faults.append("a relationship to nothing: %s" % relation)
    return faults


def described(document, binary):
    """The document is of this binary, and names each library once as linked into it."""
    with open(binary, "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    tool = next(p for p in document["packages"] if p["name"] == "plumbline")
    faults = [] if tool["checksums"] == [{"algorithm": "SHA256", "checksumValue": digest}] else ["the sum of the binary differs"]
    linked = sorted(r["relatedSpdxElement"] for r in document["relationships"] if r["relationshipType"] == "STATIC_LINK")
    others = sorted(p["SPDXID"] for p in document["packages"] if p is not tool)
    return faults + ([] if linked == others else ["linked: %s, listed: %s" % (linked, others)])


def installed(archive):
    package = output("dpkg", "-S", os.path.realpath(archive)).split(":")[0]
    return output("dpkg-query", "-W", "-f", ORIGIN, package).split()


def unpacked(package, arch):
    archive, = glob.glob("build/debian/%s/%s_*.deb" % (arch, package))
    return output("dpkg-deb", "-W", "--showformat", ORIGIN, archive).split()


def libraries():
    """pkg-config's names of what the Makefile links"""
    with open("Makefile", encoding="utf-8") as file:
        return re.search(r"^LIBRARIES := (.*)$", file.read(), re.M).group(1).split()


def expected(arch):
    """source -> version, from the build's own list and the packages on this machine"""
    with open(glob.glob("build/debian/source/libxml2_*.dsc")[0], encoding="utf-8") as file:
        found = [("libxml2", re.search(r"^Version: (.*)$", file.read(), re.M).group(1))]
    for library in libraries():
        if library == "libxml-2.0":
            continue
        folder = output("pkg-config", "--variable=libdir", library)
        archive = "%s/lib%s.a" % (folder, output("pkg-config", "--libs-only-l", library).split()[0][2:])
        package = output("dpkg", "-S", os.path.realpath(archive)).split(":")[0]
        found.append(installed(archive) if arch == output("dpkg", "--print-architecture") else unpacked(package, arch))
    if arch == output("dpkg", "--print-architecture"):
        found += [installed(output("gcc", "-print-file-name=libc.a")), installed(output("gcc", "-print-libgcc-file-name"))]
    else:
        compiler = output("dpkg", "-S", os.path.realpath(output("aarch64-linux-gnu-gcc", "-print-libgcc-file-name"))).split(":")[0]
        built_using = output("dpkg-query", "-W", "-f", "${Built-Using}", compiler)
        found += [unpacked("libc6-dev", arch), re.search(r"(gcc-\d+) \(= ([^)]+)\)", built_using).groups()]
    return {re.sub(r"^(gcc|libtasn1)-\d+$", r"\1", source): version for source, version in found}


def main():
    path, binary, arch = sys.argv[1:]
    with open(path, encoding="utf-8") as file:
        document = json.load(file)
    faults = form(document) + described(document, binary)
    listed = {p["name"]: p["versionInfo"] for p in document["packages"] if p["name"] != "plumbline"}
    if listed != expected(arch):
        faults.append("listed: %s, linked: %s" % (listed, expected(arch)))
    print("\n".join(faults), end="")


if __name__ == "__main__":
    main()
