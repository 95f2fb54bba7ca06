"""ISO Schematron (query binding xslt2) written as one XSLT 3.0 stylesheet.

Includes, abstract patterns and rules, phases and variables are resolved here; the stylesheet answers with one
``failure`` for each assertion that does not hold and one ``error`` for each test that could not be evaluated.

Source: ISO/IEC 19757-3:2016 (Schematron), clauses 5 and 6, annex C for the query binding.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from lxml import etree

from eprouvette.core.xml import UnreadableXmlError, parse
from eprouvette.standards.conformance.packs import PackError, find

_SCH: Final = "{http://purl.oclc.org/dsdl/schematron}"
_XSL_URI: Final = "http://www.w3.org/1999/XSL/Transform"
_XSL: Final = f"{{{_XSL_URI}}}"
_ERR_URI: Final = "http://www.w3.org/2005/xqt-errors"
_PARAMETER: Final = re.compile(r"\$([A-Za-z_\u00c0-\uffff][\w.\-\u00b7]*)")
_LITERAL: Final = re.compile(r"'[^']*'|\"[^\"]*\"")
_PREDICATE: Final = re.compile(r"\[[^\[\]]*\]")
_ATTRIBUTE: Final = re.compile(r"(^|/)\s*(@|attribute::)\s*[\w:*.\-]+\s*$")
_OTHER_NODES: Final = re.compile(r"comment\(|processing-instruction\(|node\(|text\(")
_MAX_EXTENDS: Final = 50


def stylesheet(path: Path) -> bytes:
    """The XSLT 3.0 stylesheet of the schema at ``path``, in its default phase; raises `PackError`."""
    return _Writer(path.resolve()).write()


def load(path: Path, above: tuple[Path, ...] = ()) -> etree._Element:
    """The schema at ``path`` with its includes in place; raises `PackError` for what is missing or circular."""
    if path in above:
        raise PackError(f"Le schématron {path.name} s'inclut lui-même.")
    try:
        root = parse(path.read_bytes()).getroot()
    except (OSError, UnreadableXmlError) as error:
        raise PackError(f"Le schématron {path.name} manque au pack ou est illisible.") from error
    for include in list(root.iter(_SCH + "include")):
        href, _, fragment = include.get("href", "").partition("#")
        part = load(find(path.parent / unquote(href)).resolve(), (*above, path))
        if fragment:
            part = next((e for e in part.iter("*") if e.get("id") == fragment), part)
        _replace(include, list(part) if part.tag == _SCH + "schema" else [part])
    return root


def _replace(old: etree._Element, new: list[etree._Element]) -> None:
    parent = old.getparent()
    if parent is None:
        raise PackError("Un schématron n'est fait que d'une inclusion.")
    at = parent.index(old)
    parent.remove(old)
    for offset, element in enumerate(new):
        parent.insert(at + offset, element)


def _instance(abstract: etree._Element, pattern: etree._Element) -> etree._Element:
    """``abstract`` with the parameters of ``pattern`` in the place of its ``$names``."""
    given = {p.get("name", ""): p.get("value", "") for p in pattern.iterchildren(_SCH + "param")}
    made = copy.deepcopy(abstract)
    for name in ("abstract", "id"):
        made.attrib.pop(name, "")
    if pattern.get("id"):
        made.set("id", pattern.get("id", ""))
    for element in made.iter("*"):
        for key, value in element.items():
            element.set(key, _PARAMETER.sub(lambda found: given.get(found[1], found[0]), str(value)))
    for extra in list(pattern):
        if isinstance(extra.tag, str) and extra.tag != _SCH + "param":
            made.append(extra)
    return made


class _Writer:
    """Writes one stylesheet; the state is the schema, the abstract rules and the output."""

    def __init__(self, path: Path) -> None:
        self._schema = load(path)
        if self._schema.tag != _SCH + "schema":
            raise PackError(f"{path.name} n'est pas un schématron ISO.")
        self._rules = {r.get("id"): r for r in self._schema.iter(_SCH + "rule") if r.get("abstract") == "true"}
        namespaces = {str(ns.get("prefix")): str(ns.get("uri")) for ns in self._schema.iter(_SCH + "ns")}
        namespaces.pop("xml", None)
        self._sheet = etree.Element(_XSL + "stylesheet", nsmap={**namespaces, "xsl": _XSL_URI, "err": _ERR_URI})
        self._sheet.set("version", "3.0")
        self._sheet.set("exclude-result-prefixes", "#all")
        # document() and doc() are relative to the schema, not to where the stylesheet is kept.
        self._sheet.set("{http://www.w3.org/XML/1998/namespace}base", path.as_uri())

    def write(self) -> bytes:
        """The stylesheet, serialised."""
        _xsl(self._sheet, "output", method="xml", encoding="UTF-8")
        for helper in list(self._schema.iterchildren(_XSL + "*")):
            self._sheet.append(helper)
        patterns, lets = self._active(list(self._patterns()))
        known: dict[str, str] = {}
        for let in [*self._schema.findall(_SCH + "let"), *lets]:
            known[let.get("name", "")] = let.get("value", "")
            _let(self._sheet, let)
        report = etree.SubElement(_xsl(self._sheet, "template", match="/"), "report")
        for rank, pattern in enumerate(patterns):
            self._pattern(report, pattern, f"m{rank}", known)
        return etree.tostring(self._sheet, encoding="utf-8", xml_declaration=True)

    def _patterns(self) -> Iterator[etree._Element]:
        every = list(self._schema.iter(_SCH + "pattern"))
        abstract = {p.get("id"): p for p in every if p.get("abstract") == "true"}
        for pattern in every:
            if pattern.get("abstract") == "true":
                continue
            model = pattern.get("is-a")
            if model is None:
                yield pattern
            elif model in abstract:
                yield _instance(abstract[model], pattern)
            else:
                raise PackError(f"Le schématron cite un motif abstrait absent : {model}.")

    def _active(self, patterns: list[etree._Element]) -> tuple[list[etree._Element], list[etree._Element]]:
        wanted = self._schema.get("defaultPhase", "#ALL")
        if wanted == "#ALL":
            return patterns, []
        phase = next((p for p in self._schema.iter(_SCH + "phase") if p.get("id") == wanted), None)
        if phase is None:
            raise PackError(f"Le schématron cite une phase absente : {wanted}.")
        names = {active.get("pattern") for active in phase.iterchildren(_SCH + "active")}
        return [p for p in patterns if p.get("id") in names], list(phase.iterchildren(_SCH + "let"))

    def _pattern(self, report: etree._Element, pattern: etree._Element, mode: str, known: dict[str, str]) -> None:
        rules = [r for r in pattern.iterchildren(_SCH + "rule") if r.get("abstract") != "true"]
        own = []
        for let in pattern.iterchildren(_SCH + "let"):
            # A pattern's variable is visible everywhere, unless another pattern gave that name another value.
            name, value = let.get("name", ""), let.get("value", "")
            if name not in known:
                known[name] = value
                _let(self._sheet, let)
            elif known[name] != value:
                own.append(let)
        if not rules:
            return
        documents = pattern.get("documents")
        _xsl(
            report, "apply-templates", mode=mode, select=f"for $d in ({documents}) return doc($d)" if documents else "/"
        )
        _xsl(self._sheet, "mode", name=mode, **{"on-no-match": "shallow-skip"})
        walk = _walk([rule.get("context", "") for rule in rules])
        _xsl(_xsl(self._sheet, "template", match="*|/", mode=mode, priority="-10"), "apply-templates", mode=mode,
             select=walk)  # fmt: skip
        for rank, rule in enumerate(rules):
            template = _xsl(
                self._sheet, "template", match=rule.get("context", ""), mode=mode, priority=str(100_000 - rank)
            )
            for let in own:
                _let(template, let)
            self._rule(template, rule, 0)
            _xsl(template, "apply-templates", mode=mode, select=walk)

    def _rule(self, template: etree._Element, rule: etree._Element, depth: int) -> None:
        if depth > _MAX_EXTENDS:
            raise PackError("Une règle du schématron s'étend elle-même.")
        for element in list(rule.iterchildren("*")):
            if element.tag == _SCH + "let":
                _let(template, element)
            elif element.tag == _SCH + "extends":
                parent = self._rules.get(element.get("rule"))
                if parent is None:
                    raise PackError(f"Le schématron étend une règle absente : {element.get('rule')}.")
                self._rule(template, parent, depth + 1)
            elif element.tag in (_SCH + "assert", _SCH + "report"):
                _assertion(template, element, rule.get("role"))


def _assertion(template: etree._Element, element: etree._Element, role: str | None) -> None:
    test = element.get("test", "")
    attempt = _xsl(template, "try")
    failed = _xsl(attempt, "if", test=test if element.tag == _SCH + "report" else f"not({test})")
    failure = etree.SubElement(failed, "failure", location="{path(.)}", role=element.get("role") or role or "")
    _message(failure, element)
    caught = _xsl(attempt, "catch")
    error = etree.SubElement(caught, "error", location="{path(.)}")
    _xsl(error, "value-of", select="concat(string($err:code), ' ', $err:description)")


def _message(out: etree._Element, element: etree._Element) -> None:
    _text(out, element.text)
    for part in element:
        if part.tag == _SCH + "value-of":
            attempt = _xsl(out, "try")
            _xsl(attempt, "value-of", select=part.get("select", "''"))
            _xsl(_xsl(attempt, "catch"), "text").text = "?"
        elif part.tag == _SCH + "name":
            _xsl(out, "value-of", select=f"name({part.get('path', '.')})")
        elif isinstance(part.tag, str):
            _text(out, "".join(str(text) for text in part.itertext()))
        _text(out, part.tail)


def _text(out: etree._Element, text: str | None) -> None:
    if text:
        _xsl(out, "text").text = text


def _let(parent: etree._Element, let: etree._Element) -> None:
    variable = _xsl(parent, "variable", name=let.get("name", ""))
    value = let.get("value")
    if value is not None:
        variable.set("select", value)
        return
    for content in copy.deepcopy(let):
        variable.append(content)


def _walk(contexts: list[str]) -> str:
    """What to visit below a node: attributes, comments and texts only when a context can select them."""
    bare = [_bare(context) for context in contexts]
    if any(_ATTRIBUTE.search(step) for context in bare for step in context.split("|")):
        return "@*|node()"
    if any(_OTHER_NODES.search(context) for context in bare):
        return "node()"
    return "*"


def _bare(context: str) -> str:
    """A pattern without its literals and predicates, innermost first."""
    context, found = _LITERAL.sub("''", context), 1
    while found:
        context, found = _PREDICATE.subn("", context)
    return context


def _xsl(parent: etree._Element, local: str, /, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _XSL + local, attributes)
