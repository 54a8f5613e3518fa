//! The encodings that detection tries: one row for each, with its languages and its prior.
//!
//! To add an encoding, add a row here and a text to `examples/measure_detection/sentences.txt`.

use crate::encoding::Encoding;
use crate::encoding::codepages::{CODE_PAGES, CodePage};
use crate::language::Language::{
    self, Albanian, Arabic, Belarusian, Bulgarian, Czech, Esperanto, Finnic, French, Gaelic,
    German, Greek, Hebrew, Hungarian, Icelandic, Italian, Japanese, Kazakh, Korean, Latvian,
    Lithuanian, Maltese, Nordic, Polish, Portuguese, Romanian, Russian, Serbian, Simplified,
    Slovak, SouthSlavic, Spanish, Thai, Traditional, Turkish, Ukrainian, Vietnamese, Welsh,
    Western,
};

/// An encoding, what is written in it, and how much it must prove.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row {
    pub(crate) encoding: Encoding,
    /// The languages that people write in it.
    pub(crate) languages: &'static [Language],
    /// Bits that speak against it before a byte is read: 0 for the usual ones, more for rare ones.
    pub(crate) prior: u32,
}

/// A code page that charnn does not decode, by its name in [`CODE_PAGES`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct PageRow {
    pub(crate) name: &'static str,
    pub(crate) languages: &'static [Language],
    pub(crate) prior: u32,
}

const fn row(encoding: Encoding, prior: u32, languages: &'static [Language]) -> Row {
    Row { encoding, languages, prior }
}

const fn other(
    tables: &'static encoding_rs::Encoding,
    prior: u32,
    languages: &'static [Language],
) -> Row {
    Row { encoding: Encoding::of_tables(tables), languages, prior }
}

const fn page(name: &'static str, languages: &'static [Language]) -> PageRow {
    PageRow { name, languages, prior: EXTINCT }
}

/// Nearly the same as a usual one.
const SISTER: u32 = 8;
/// Encodings of one country or system.
const UNUSUAL: u32 = 16;
/// Encodings that few texts are left in.
const RARE: u32 = 20;
/// Code pages.
const EXTINCT: u32 = 40;

const ALL: &[Language] = &crate::language::LANGUAGES;
const EAST: &[Language] = &[Western, Simplified, Traditional, Japanese, Korean, Russian, Greek];
const WEST: &[Language] = &[
    Western, French, German, Spanish, Portuguese, Italian, Nordic, Finnic, Icelandic, Gaelic,
    Albanian,
];
const CENTRAL: &[Language] =
    &[Western, German, Polish, Czech, Slovak, SouthSlavic, Romanian, Hungarian, Albanian];
const BALTIC: &[Language] = &[Western, German, Latvian, Lithuanian, Finnic, Polish, Nordic];
const CYRILLIC: &[Language] =
    &[Western, Russian, Ukrainian, Belarusian, Bulgarian, Serbian, Kazakh];

/// All encodings that are tried. Among equals, the first wins.
pub(crate) const TABLE: [Row; 35] = [
    row(Encoding::UTF_8, 0, ALL),
    row(Encoding::GB18030, 0, EAST),
    row(Encoding::BIG5, 0, EAST),
    row(Encoding::UTF_16LE, 0, ALL),
    row(Encoding::UTF_16BE, 0, ALL),
    row(Encoding::SHIFT_JIS, 0, EAST),
    row(Encoding::EUC_JP, 0, EAST),
    row(Encoding::EUC_KR, 0, EAST),
    row(Encoding::WINDOWS_1252, 0, WEST),
    row(Encoding::WINDOWS_1251, 0, CYRILLIC),
    row(Encoding::KOI8_R, 0, &[Western, Russian, Bulgarian]),
    other(encoding_rs::ISO_8859_15, SISTER, WEST),
    other(encoding_rs::WINDOWS_1250, UNUSUAL, CENTRAL),
    other(encoding_rs::ISO_8859_2, UNUSUAL, CENTRAL),
    other(encoding_rs::WINDOWS_1254, UNUSUAL, &[Western, Turkish, German, French]),
    other(encoding_rs::WINDOWS_1253, UNUSUAL, &[Western, Greek]),
    other(encoding_rs::WINDOWS_1255, UNUSUAL, &[Western, Hebrew]),
    other(encoding_rs::WINDOWS_1256, UNUSUAL, &[Western, French, Arabic]),
    other(encoding_rs::IBM866, UNUSUAL, &[Western, Russian, Bulgarian]),
    other(encoding_rs::ISO_8859_5, UNUSUAL, CYRILLIC),
    other(encoding_rs::X_MAC_CYRILLIC, UNUSUAL, CYRILLIC),
    other(encoding_rs::MACINTOSH, UNUSUAL, WEST),
    other(encoding_rs::KOI8_U, UNUSUAL, &[Western, Russian, Ukrainian, Belarusian]),
    other(encoding_rs::ISO_8859_7, UNUSUAL, &[Western, Greek]),
    other(encoding_rs::WINDOWS_1257, UNUSUAL, BALTIC),
    other(encoding_rs::WINDOWS_1258, UNUSUAL, &[Western, French, Vietnamese]),
    other(encoding_rs::WINDOWS_874, UNUSUAL, &[Western, Thai]),
    other(encoding_rs::ISO_8859_13, RARE, BALTIC),
    other(encoding_rs::ISO_8859_4, RARE, BALTIC),
    other(encoding_rs::ISO_8859_10, RARE, &[Western, Nordic, Finnic, Icelandic, Lithuanian]),
    other(encoding_rs::ISO_8859_3, RARE, &[Western, Esperanto, Maltese, Turkish]),
    other(encoding_rs::ISO_8859_14, RARE, &[Western, Gaelic, Welsh, French]),
    other(encoding_rs::ISO_8859_6, RARE, &[Western, Arabic]),
    other(encoding_rs::ISO_8859_8, RARE, &[Western, Hebrew]),
    other(
        encoding_rs::ISO_8859_16,
        EXTINCT,
        &[Western, Romanian, Polish, Hungarian, SouthSlavic, Albanian, Gaelic, French, German],
    ),
];

/// Code pages that are known and not decoded: what reads well in one of them is not taken for another.
pub(crate) const PAGES: [PageRow; 18] = [
    page("CP437", WEST),
    page("CP737", &[Western, Greek]),
    page("CP775", BALTIC),
    page("CP850", WEST),
    page("CP852", CENTRAL),
    page("CP855", CYRILLIC),
    page("CP857", &[Western, Turkish]),
    page("CP860", &[Western, Portuguese]),
    page("CP861", &[Western, Icelandic]),
    page("CP862", &[Western, Hebrew]),
    page("CP863", &[Western, French]),
    page("CP865", &[Western, Nordic]),
    page("CP1125", &[Western, Ukrainian, Belarusian, Russian]),
    page("RK1048", &[Western, Kazakh]),
    page(
        "MAC-CENTRALEUROPE",
        &[
            Western,
            German,
            Polish,
            Czech,
            Slovak,
            SouthSlavic,
            Hungarian,
            Latvian,
            Lithuanian,
            Finnic,
        ],
    ),
    page("MacTurkish", &[Western, Turkish]),
    page("MacGreek", &[Western, Greek]),
    page("MAC-IS", &[Western, Icelandic]),
];

impl PageRow {
    /// What its bytes stand for.
    pub(crate) fn page(&self) -> &'static CodePage {
        let found = CODE_PAGES.iter().find(|page| page.name == self.name);
        found.expect("every row names a code page")
    }
}

impl Encoding {
    /// The encodings that detection tries, likeliest first.
    pub const CANDIDATES: [Self; TABLE.len()] = {
        let mut encodings = [Self::UTF_8; TABLE.len()];
        let mut at = 0;
        while at < TABLE.len() {
            encodings[at] = TABLE[at].encoding;
            at += 1;
        }
        encodings
    };
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_languages_and_every_code_page_a_row() {
        assert!(TABLE.iter().all(|row| row.languages.contains(&Western)));
        assert!(TABLE.is_sorted_by_key(|row| row.prior), "among equals, the likelier comes first");
        for page in &CODE_PAGES {
            assert!(PAGES.iter().any(|row| row.name == page.name), "{}", page.name);
        }
        assert!(PAGES.iter().all(|row| row.page().name == row.name));
    }
}
