#!/usr/bin/env python3
"""
What a static binary is made of, as the linker's map and the packages that its archives came from tell it:
  contents.py sbom BUILD ARCH VERSION EPOCH   an SPDX 2.3 document
  contents.py notices BUILD                   the copyright files of all libraries that are in it
  contents.py sources BUILD                   "libyaml (= 0.2.5-1), ...", for the control file of a package
BUILD is the folder of `make static`, with plumbline, plumbline.map and libraries/.
"""
import collections
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
Library = collections.namedtuple("Library", "source version copyright_file")  # a source package of Debian


def output(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def archives(build):
    """The archives of which the linker took a member, as real paths."""
    with open(os.path.join(build, "plumbline.map"), encoding="utf-8") as file:
        text = file.read()
    included = text.partition("Archive member included")[2].partition("\nMemory Configuration")[0]
    return sorted({os.path.realpath(path) for path in re.findall(r"^(/[^\n(]+\.a)\(", included, re.M)})


def built_here(build):
    """path -> library, of the archives that libraries.sh built or unpacked"""
    with open(os.path.join(build, "libraries", "archives.tsv"), encoding="utf-8") as file:
        rows = [line.rstrip("\n").split("\t") for line in file]
    return {os.path.realpath(path): Library(*rest) for path, *rest in rows}


def installed(path):
    """The library that an archive of an installed package is of."""
    package = output("dpkg", "-S", path).split(":")[0]
    form = "${source:Package}\t${source:Version}\t${Built-Using}"
    source, version, built_using = output("dpkg-query", "-W", "-f", form, package).split("\t")
    if "cross" in source:  # made of the sources of gcc and of the C library
        wanted = r"(gcc-\d+) \(= ([^)]+)\)" if package.startswith("libgcc") else r"(glibc) \(= ([^)]+)\)"
        source, version = re.search(wanted, built_using).groups()
    return Library(source, version, "/usr/share/doc/%s/copyright" % package)


def libraries(build):
    """Each source package once, by name."""
    here = built_here(build)
    found = {here.get(path) or installed(path) for path in archives(build)}
    by_source = {library.source: library for library in found}
    if len({(library.source, library.version) for library in found}) != len(by_source):
        raise SystemExit("contents: two versions of one library are linked: %s" % sorted(found))
    return [by_source[source] for source in sorted(by_source)]


def name_of(library):
    """libtasn1-6 and gcc-12 are libtasn1 and gcc."""
    return re.sub(r"^(gcc|libtasn1)-\d+$", r"\1", library.source)


def licenses():
    with open(os.path.join(HERE, "licenses.tsv"), encoding="utf-8") as file:
        return dict(line.rstrip("\n").split("\t") for line in file if not line.startswith("#"))


def license_of(library):
    known = licenses().get(name_of(library))
    if not known:
        raise SystemExit("contents: the license of %s is missing in src/ship/static/licenses.tsv" % name_of(library))
    return known


def package(name, version, license_name, **more):
    return {"SPDXID": "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]", "-", name), "name": name, "versionInfo": version, "downloadLocation": "NOASSERTION",
            "filesAnalyzed": False, "licenseConcluded": license_name, "licenseDeclared": license_name, "copyrightText": "NOASSERTION", **more}


def library_package(library):
    purl = "pkg:deb/debian/%s@%s?arch=source" % (library.source, library.version.replace("+", "%2B").replace(":", "%3A"))
    return package(name_of(library), library.version, license_of(library), supplier="Organization: Debian", primaryPackagePurpose="LIBRARY",
                   externalRefs=[{"referenceCategory": "PACKAGE-MANAGER", "referenceType": "purl", "referenceLocator": purl}])


def vendor():
    """VENDOR, "Name <address>", as SPDX writes an organization."""
    name, _, address = os.environ["VENDOR"].rstrip(">").partition(" <")
    return "Organization: %s%s" % (name, " (%s)" % address if address else "")


def sbom(build, arch, version, epoch):
    with open(os.path.join(build, "plumbline"), "rb") as file:
        digest = hashlib.sha256(file.read()).hexdigest()
    tool = package("plumbline", version, "Apache-2.0", supplier=vendor(), primaryPackagePurpose="APPLICATION",
                   packageFileName="plumbline-%s-linux-%s" % (version, arch), checksums=[{"algorithm": "SHA256", "checksumValue": digest}])
    parts = [library_package(library) for library in libraries(build)]
    related = [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES", "relatedSpdxElement": tool["SPDXID"]}]
    related += [{"spdxElementId": tool["SPDXID"], "relationshipType": "STATIC_LINK", "relatedSpdxElement": part["SPDXID"]} for part in parts]
    created = datetime.datetime.fromtimestamp(int(epoch), datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    name = "plumbline-%s-linux-%s" % (version, arch)
    document = {"spdxVersion": "SPDX-2.3", "dataLicense": "CC0-1.0", "SPDXID": "SPDXRef-DOCUMENT", "name": name,
                "documentNamespace": "https://spdx.org/spdxdocs/%s-%s" % (name, digest),
                "creationInfo": {"created": created, "creators": [vendor(), "Tool: plumbline-make-dist"]},
                "documentDescribes": [tool["SPDXID"]], "packages": [tool] + parts, "relationships": related}
    return json.dumps(document, indent=2, sort_keys=True)


def notices(build):
    blocks = []
    for library in libraries(build):
        with open(library.copyright_file, encoding="utf-8") as file:
            blocks.append("%s %s\n%s\n\n%s" % (name_of(library), library.version, "=" * 72, file.read().rstrip("\n")))
    return "The program contains parts of these libraries, from Debian's packages; each is under its own license.\n\n" + "\n\n\n".join(blocks)


def sources(build):
    return ", ".join("%s (= %s)" % (library.source, library.version) for library in libraries(build))


def main():
    actions = {"sbom": sbom, "notices": notices, "sources": sources}
    if len(sys.argv) < 3 or sys.argv[1] not in actions:
        raise SystemExit(__doc__)
    print(actions[sys.argv[1]](*sys.argv[2:]))


if __name__ == "__main__":
    main()
