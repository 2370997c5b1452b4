"""Parsing XML of a stranger: no entities, no document types, bounded size."""

from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException, ElementTree
from django.utils.translation import gettext as _

from accounts.formats.bad_file import BadFile
from questionbank.formats.base import LARGEST_FILE

DEEPEST = 100  # elements one in another


def parsed_xml(data: bytes) -> Element:
    """The root element. Raises BadFile."""
    if len(data) > LARGEST_FILE:
        raise BadFile(_("lớn quá %(size)d MB.") % {"size": LARGEST_FILE // 1024**2})
    try:
        root: Element = ElementTree.fromstring(data, forbid_dtd=True)
    except DefusedXmlException as error:
        raise BadFile(_("tệp có khai báo thực thể XML, không được phép.")) from error
    except ParseError as error:
        line = error.position[0]
        raise BadFile(_("sai cú pháp XML ở dòng %(line)d.") % {"line": line}) from error
    except (ValueError, LookupError, RecursionError) as error:  # encodings that there are not
        raise BadFile(_("không đọc được tệp XML.")) from error
    if _depth(root) > DEEPEST:
        raise BadFile(_("không đọc được tệp XML."))
    return root


def _depth(root: Element) -> int:
    depth, level = 0, [root]
    while level and depth <= DEEPEST:
        depth, level = depth + 1, [child for element in level for child in element]
    return depth


def local_name(element: Element) -> str:
    """The tag without its namespace."""
    return str(element.tag).rpartition("}")[2]


def text_of(element: Element | None) -> str:
    """All text within, "" for no element."""
    return "".join(element.itertext()) if element is not None else ""
