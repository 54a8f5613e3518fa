//! Encoding declarations in a text: XML, HTML, CSS, and editor comments.

use crate::Encoding;

/// Bytes at the beginning that are searched.
const HEAD: usize = 2048;

/// An encoding that a text declares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Declaration {
    /// As written in the text.
    pub(crate) label: String,
    /// The encoding, if charnn decodes it.
    pub(crate) encoding: Option<Encoding>,
}

/// The encoding that a text with this beginning declares.
pub(crate) fn declaration(head: &[u8]) -> Option<Declaration> {
    let head = &head[..head.len().min(HEAD)];
    // The declaration itself is ASCII; other bytes do not matter here.
    let text: String = head.iter().map(|&byte| char::from(byte).to_ascii_lowercase()).collect();
    let start = text.trim_start_matches(['\u{EF}', '\u{BB}', '\u{BF}']).trim_start();
    let label = if let Some(xml) = start.strip_prefix("<?xml") {
        value(xml.split("?>").next()?, "encoding")
    } else if start.starts_with("@charset") {
        value(start.lines().next()?, "@charset")
    } else if start.starts_with("<!doctype html")
        || start.contains("<meta")
        || start.contains("<html")
    {
        let metas = start.match_indices("<meta").map(|(at, _)| &start[at..]);
        let metas = metas.filter_map(|meta| value(meta.split('>').next()?, "charset"));
        metas.into_iter().next()
    } else {
        None
    };
    // Emacs, Vim and Python, in the first two lines.
    let coding = || {
        let lines = start.lines().take(2).filter(|line| line.len() < 200);
        let mut comments = lines.filter(|line| {
            let line = line.trim_start();
            ["#", "//", "/*", "%", ";", "--", "\"", "<!--", "(*"]
                .iter()
                .any(|it| line.starts_with(it))
        });
        comments.find_map(|line| value(line, "coding"))
    };
    let label = label.or_else(coding)?;
    let encoding = label.parse().ok();
    Some(Declaration { label, encoding })
}

/// The value after `key` and `=` or `:`, with or without quotes.
fn value(text: &str, key: &str) -> Option<String> {
    let (_, after) = text.split_once(key)?;
    let after = after.trim_start();
    let after =
        if key.starts_with('@') { after } else { after.strip_prefix(['=', ':'])?.trim_start() };
    let after = after.trim_start_matches(['"', '\'']);
    let label = |it: char| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.' | ':');
    let end = after.find(|it| !label(it)).unwrap_or(after.len());
    let found = after[..end].trim_end_matches(['.', ':', '-']);
    (found.len() > 2).then(|| found.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_a_declaration_is_found() {
        for (head, label) in [
            ("<?xml version=\"1.0\" encoding='KOI8-R'?>\n<a/>", "koi8-r"),
            ("<!DOCTYPE html><html><head><meta charset=windows-1250>", "windows-1250"),
            (
                "<html><META http-equiv=\"Content-Type\" content=\"text/html; charset=gb2312\">",
                "gb2312",
            ),
            ("@charset \"iso-8859-2\";\np {}", "iso-8859-2"),
            ("#!/usr/bin/python\n# -*- coding: latin-1 -*-\n", "latin-1"),
            ("# vim: set fileencoding=cp1251 :\n", "cp1251"),
            ("/* coding: euc-jp */", "euc-jp"),
        ] {
            assert_eq!(
                declaration(head.as_bytes()).map(|it| it.label),
                Some(label.into()),
                "{head}"
            );
        }
        for head in [
            "He was coding: slowly.\n",
            "<p>charset=koi8-r</p>",
            "<?xml version='1.0'?>",
            "# a\n# b\n# coding: x\n",
        ] {
            assert_eq!(declaration(head.as_bytes()), None, "{head}");
        }
    }
}
