//! Texts that detectors get wrong: runs of one byte, signs in English, single accents, declarations,
//! mixed encodings, texts that were encoded twice.

use crate::Sample;
use crate::corpus::{SIZES, encoded, language, spelt, text};
use charnn_text::Encoding;

/// All of them.
pub(crate) fn all() -> Vec<Sample> {
    [runs(), signs(), accents(), unreadable(), declared(), contradicted(), mixed(), twice()]
        .concat()
}

/// A text for each size; `make` gives the text of about so many bytes and its bytes.
fn sized(
    group: &str,
    name: &str,
    suspicious: bool,
    make: impl Fn(usize, u64) -> Option<(String, Vec<u8>)>,
) -> Vec<Sample> {
    let mut samples = Vec::new();
    for (size, count) in SIZES {
        for index in 0..(count as u64).min(2) {
            let Some((truth, bytes)) = make(size, index) else { continue };
            let (group, name) = (group.to_owned(), format!("{group}: {name} #{index}"));
            samples.push(Sample { group, name, size, bytes, truth, suspicious });
        }
    }
    samples
}

/// One line of text, and lines of one byte many times over.
fn runs() -> Vec<Sample> {
    let mut samples = Vec::new();
    for (name, encoding) in [
        ("japanese", "euc-jp"),
        ("japanese", "shift_jis"),
        ("russian", "koi8-r"),
        ("russian", "windows-1251"),
        ("german", "windows-1252"),
        ("polish", "windows-1250"),
        ("chinese", "gb18030"),
        ("traditional chinese", "big5"),
        ("korean", "euc-kr"),
    ] {
        for (what, run) in [
            ("dashes", "-".repeat(80)),
            ("spaces", " ".repeat(60) + "|"),
            ("dots", ".".repeat(33)),
            ("zeros", "0".repeat(64)),
        ] {
            samples.extend(sized(
                "runs of one byte",
                &format!("{name} {encoding} {what}"),
                false,
                |size, seed| {
                    let line = text(&language(name), encoding, (size / 8).clamp(24, 90), seed);
                    let block = format!("{}\n{run}\n", line.trim_end());
                    let count = (size / encoded(&block, encoding)?.len()).max(1);
                    let truth = block.repeat(count);
                    let bytes = encoded(&truth, encoding)?;
                    Some((truth, bytes))
                },
            ));
        }
    }
    samples.extend(sized("runs of one byte", "full-width digits gb18030", false, |size, _| {
        let digits = (0..size / 30).map(|at| format!("第{}页１２３４５６７８９０\n", at % 9));
        let truth: String = digits.collect();
        (!truth.is_empty()).then(|| (truth.clone(), encoded(&truth, "gb18030").unwrap()))
    }));
    samples
}

/// English whose only bytes beyond ASCII are signs.
fn signs() -> Vec<Sample> {
    let mut samples = Vec::new();
    let english = "The harbour master counted the boats again and wrote the number on the board. ";
    for (name, sign) in [
        ("no-break spaces", "Mr.\u{A0}Hill waited. \u{A0}Nobody came."),
        ("two spaces", "It rained.\u{A0} Then it stopped."),
        ("ellipsis", "And then… nothing."),
        ("soft hyphens", "an extra\u{AD}ordinary after\u{AD}noon"),
        ("bullets", "\n• buy rope\n• paint the door\n"),
        ("halves", "Add 1½ cups of flour and ½ a spoon of salt."),
        ("degrees", "It was 20°C."),
        ("paragraphs", "See §5 of the contract, ¶ 2."),
        ("dashes", "the boat – a blue one – was gone"),
        ("quotes", "“Gone,” he said, and ‘gone’ it was."),
        ("trademark", "a bottle of Fizz™, Fizz® or Fizz©"),
        ("pounds", "It cost £5 and 20¢."),
    ] {
        for every in [1, 8, 64] {
            samples.extend(sized(
                "signs in English",
                &format!("{name} every {every}"),
                false,
                |size, _| {
                    let mut truth = String::new();
                    for at in 0.. {
                        if truth.len() >= size && truth.contains(sign) {
                            break;
                        }
                        truth.push_str(english);
                        if at % every == every / 2 {
                            truth.push_str(sign);
                        }
                        truth.push('\n');
                    }
                    let bytes = encoded(&truth, "windows-1252")?;
                    Some((truth, bytes))
                },
            ));
        }
    }
    samples
}

/// Texts that a single letter tells apart from another encoding, or from plain ASCII.
fn accents() -> Vec<Sample> {
    let mut samples = Vec::new();
    // Letters that sister encodings have elsewhere.
    for (name, encoding, word, without) in [
        ("greek", "windows-1253", "Άννα", "Ά"),
        ("greek", "iso-8859-7", "Άννα", "Ά"),
        ("french", "iso-8859-15", "cœur", "œ"),
        ("french", "iso-8859-15", "Œuvre", "œ"),
        ("german", "iso-8859-15", "5 €", "€"),
    ] {
        samples.extend(sized(
            "one letter",
            &format!("{name} {encoding} {word}"),
            false,
            |size, seed| {
                let plain = text(&language(name), encoding, size, seed).replace(without, "a");
                let mut lines: Vec<&str> = plain.lines().collect();
                let at = lines.len() / 2;
                lines.insert(at, word);
                let truth = lines.join("\n") + "\n";
                let bytes = encoded(&truth, encoding)?;
                Some((truth, bytes))
            },
        ));
    }
    // One word with an accent in a text that is written without.
    for (name, encoding, plain, word) in [
        (
            "romanian",
            "windows-1250",
            "Sora mea are o casa veche cu meri si o poarta mare la drum. ",
            "roşu",
        ),
        (
            "romanian",
            "windows-1250",
            "Sora mea are o casa veche cu meri si o poarta mare la drum. ",
            "ţară",
        ),
        (
            "turkish",
            "windows-1254",
            "Bu sabah deniz kenarinda eski bir tekne vardi ve kimse onu almadi. ",
            "İstanbul",
        ),
        (
            "turkish",
            "windows-1254",
            "Bu sabah deniz kenarinda eski bir tekne vardi ve kimse onu almadi. ",
            "ağaç",
        ),
        (
            "polish",
            "windows-1250",
            "Stary dom nad rzeka stoi pusty od wielu lat i nikt go nie chce. ",
            "Łódź",
        ),
    ] {
        samples.extend(sized(
            "one word",
            &format!("{name} {encoding} {word}"),
            false,
            |size, _| {
                let lines = size / plain.len() + 1;
                let line = |at| {
                    if at == lines / 2 { format!("{plain}{word}\n") } else { format!("{plain}\n") }
                };
                let truth: String = (0..lines).map(line).collect();
                let bytes = encoded(&truth, encoding)?;
                Some((truth, bytes))
            },
        ));
    }
    samples
}

/// Texts in code pages that charnn does not decode: they must be asked about.
fn unreadable() -> Vec<Sample> {
    const CP1125: &str = "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдежзийклмноп░▒▓│┤╡╢╖╕╣║╗╝╜╛┐\
        └┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀рстуфхцчшщъыьэюяЁёҐґЄєІіЇї·√№¤■\u{A0}";
    let encode = |text: &str, page: &str| -> Option<Vec<u8>> {
        let byte = |found: char| match found {
            _ if found.is_ascii() => u8::try_from(found).ok(),
            _ => u8::try_from(page.chars().position(|other| other == found)? + 0x80).ok(),
        };
        text.chars().map(byte).collect()
    };
    sized("unreadable code pages", "ukrainian CP1125", true, |size, seed| {
        let truth = text(&language("ukrainian"), "koi8-u", size, seed).replace('’', "'");
        let bytes = encode(&truth, CP1125)?;
        Some((truth, bytes))
    })
}

/// Texts that say what they are.
fn declared() -> Vec<Sample> {
    let mut samples = Vec::new();
    for (name, encoding) in [
        ("hungarian", "windows-1250"),
        ("hungarian", "iso-8859-2"),
        ("romanian", "windows-1250"),
        ("russian", "koi8-r"),
        ("greek", "iso-8859-7"),
        ("japanese", "shift_jis"),
        ("chinese", "gb18030"),
        ("french", "iso-8859-15"),
        ("german", "utf-8"),
    ] {
        for (form, head) in [
            (
                "meta charset",
                format!(
                    "<!DOCTYPE html>\n<html><head><meta charset=\"{encoding}\">\n<title>x</title></head>\n<body>\n"
                ),
            ),
            (
                "meta content",
                format!(
                    "<html><head><META http-equiv=Content-Type content='text/html; charset={encoding}'></head>\n"
                ),
            ),
            ("xml", format!("<?xml version=\"1.0\" encoding=\"{encoding}\"?>\n<text>\n")),
            ("coding", format!("# -*- coding: {encoding} -*-\n")),
        ] {
            samples.extend(sized(
                "declared",
                &format!("{name} {encoding} {form}"),
                false,
                |size, seed| {
                    let truth = head.clone() + &text(&language(name), encoding, size, seed);
                    let bytes = encoded(&truth, encoding)?;
                    Some((truth, bytes))
                },
            ));
        }
    }
    samples
}

/// Texts that say they are what they are not.
fn contradicted() -> Vec<Sample> {
    let mut samples = Vec::new();
    for (name, encoding, label) in [
        ("russian", "windows-1251", "utf-8"),
        ("russian", "koi8-r", "windows-1251"),
        ("chinese", "gb18030", "utf-8"),
        ("german", "utf-8", "iso-8859-1"),
        ("japanese", "utf-8", "shift_jis"),
    ] {
        samples.extend(sized(
            "declared wrongly",
            &format!("{name} {encoding} as {label}"),
            true,
            |size, seed| {
                let head = format!("<html><head><meta charset=\"{label}\"></head>\n");
                let truth = head + &text(&language(name), encoding, size, seed);
                let bytes = encoded(&truth, encoding)?;
                Some((truth, bytes))
            },
        ));
    }
    samples
}

/// Texts with a stretch in another encoding in the middle.
fn mixed() -> Vec<Sample> {
    let mut samples = Vec::new();
    for (first, one, second, other) in [
        ("french", "utf-8", "french", "windows-1252"),
        ("german", "windows-1252", "german", "utf-8"),
        ("russian", "windows-1251", "russian", "koi8-r"),
        ("russian", "koi8-r", "russian", "utf-8"),
        ("traditional chinese", "big5", "chinese", "gb18030"),
        ("chinese", "gb18030", "traditional chinese", "big5"),
        ("chinese", "gb18030", "chinese", "utf-8"),
        ("japanese", "shift_jis", "japanese", "euc-jp"),
        ("polish", "windows-1250", "polish", "utf-8"),
    ] {
        let name = format!("{first} {one} with {other}");
        samples.extend(sized("mixed", &name, true, |size, seed| {
            if size < 1_000 {
                return None;
            }
            let most = text(&language(first), one, size * 8 / 10, seed);
            let rest = text(&language(second), other, size * 2 / 10, seed);
            let lines: Vec<&str> = most.lines().collect();
            let (before, after) = lines.split_at(lines.len() / 2);
            let join = |lines: &[&str]| {
                lines
                    .iter()
                    .flat_map(|line| {
                        [
                            line, "
",
                        ]
                    })
                    .collect::<String>()
            };
            let (before, after) = (join(before), join(after));
            let bytes =
                [encoded(&before, one)?, encoded(&rest, other)?, encoded(&after, one)?].concat();
            Some((before + &rest + &after, bytes))
        }));
    }
    samples
}

/// UTF-8 that was taken for another encoding and saved as UTF-8 once more.
fn twice() -> Vec<Sample> {
    let mut samples = Vec::new();
    for (name, as_if) in [
        ("french", "windows-1252"),
        ("german", "windows-1252"),
        ("polish", "windows-1252"),
        ("russian", "windows-1252"),
        ("russian", "windows-1251"),
        ("chinese", "gb18030"),
        ("english", "windows-1252"),
    ] {
        samples.extend(sized(
            "encoded twice",
            &format!("{name} as {as_if}"),
            true,
            |size, seed| {
                let encoding: Encoding = as_if.parse().unwrap();
                let text = spelt(&text(&language(name), "utf-8", size, seed), "utf-8");
                let options =
                    charnn_text::ReadOptions { encoding: Some(encoding), ..Default::default() };
                // What is lost on the way becomes U+FFFD, as it does elsewhere.
                let (wrong, _) = charnn_text::read("text", text.as_bytes(), &options).ok()?;
                let bytes = wrong.clone().into_bytes();
                (!text.is_ascii()).then_some((wrong, bytes))
            },
        ));
    }
    samples.extend(sized("encoded twice", "锟斤拷", true, |size, seed| {
        let line = text(&language("chinese"), "gb18030", size, seed);
        let truth = line + "锟斤拷锟斤拷\n锟斤拷\n";
        let bytes = encoded(&truth, "gb18030")?;
        Some((truth, bytes))
    }));
    samples
}
