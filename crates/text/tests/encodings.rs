//! Texts in many encodings, whole and damaged: each must be read right or asked about, and none
//! may become another text in silence.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]
#![allow(clippy::print_stdout, reason = "a test says what it skipped and what it counted")]

use charnn_message::Describe;
use charnn_text::{BUILTIN, Encoding, ReadOptions, TextError, Whitespace, read};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What was done to the bytes of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Damage {
    None,
    BadByte,
    LostByte,
    Cut,
    Utf8Footer,
    LatinFooter,
    Destroyed,
}

const DAMAGES: [Damage; 7] = [
    Damage::None,
    Damage::BadByte,
    Damage::LostByte,
    Damage::Cut,
    Damage::Utf8Footer,
    Damage::LatinFooter,
    Damage::Destroyed,
];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    Right,
    Asks,
    Wrong,
}

/// Numbers without pattern, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % limit
    }
}

/// What stands out in an English text that else is ASCII, by the encoding that it was saved in.
const STANDING_OUT: [(&str, &str); 2] = [
    (
        "windows-1252",
        "It was 20°C outside|It cost £5 then|It cost 10 € then|Add 1½ cups|See §5 for more|\
         a 5×7 card|about 5 µm wide|only 25¢ each|Windows™ and Word®|• item|an area of 5 m²|© 1999|\
         “So be it,” he said|it’s – naïve|Molière’s café|señor Nuñez|¿Qué?|¥500|5±2 – 10‰|Søren|x³ + y²",
    ),
    (
        "windows-1250",
        "Kraków|Łódź|Dvořák|Lech Wałęsa|Jiří Menzel|Gdańsk|Poznań|Čapek|Plzeň|Škoda|Kazimierz Żuławski|Székely",
    ),
];

/// An English text of ASCII, and in a line of `every` so many what stands out.
fn standing_out(what: &str, every: usize, lines: usize) -> String {
    let tale: Vec<&str> = BUILTIN[0].1.lines().filter(|line| line.is_ascii()).collect();
    let line = |at: usize| {
        let plain = tale[at * 7 % tale.len()];
        if at % every == every / 2 { format!("{plain} {what}.\n") } else { format!("{plain}\n") }
    };
    (0..lines).map(line).collect()
}

/// The whole texts, with their names. A list of names is no prose.
fn sources() -> Vec<(String, String)> {
    let tales = BUILTIN.iter().filter(|(name, _)| name.starts_with("tales"));
    let mut sources: Vec<(String, String)> =
        tales.map(|(name, text)| ((*name).into(), (*text).into())).collect();
    let root = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap());
    for name in ["traditional", "japanese", "korean", "russian", "french", "german", "spanish"] {
        let path = root.join("tests/texts").join(name).with_extension("txt");
        sources.push((name.into(), std::fs::read_to_string(path).unwrap()));
    }
    for name in ["hongloumeng_utf8", "tinyshakespeare", "war_and_peace_en"] {
        let path = root.join("../../../shared/data").join(name).with_extension("txt");
        match std::fs::read_to_string(&path) {
            Ok(text) => sources.push((name.into(), text.replace("\r\n", "\n"))),
            Err(error) => println!("skipped: {}: {error}", path.display()),
        }
    }
    sources
}

/// Slices of the texts: short and long, from several places.
fn texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    let plain = sources();
    let has_case = |text: &str| text.to_uppercase() != text;
    let capitals = plain.iter().filter(|(_, text)| has_case(&text[..]));
    let capitals: Vec<_> =
        capitals.map(|(name, text)| (format!("{name} in capitals"), text.to_uppercase())).collect();
    for (name, text) in plain.into_iter().chain(capitals) {
        let text = text.trim_start_matches('\u{feff}');
        let characters = text.chars().count();
        for (percent, length) in
            [(1, 40), (57, 40), (30, 120), (71, 120), (10, 500), (2, 2_000), (44, 20_000)]
        {
            let start = characters * percent / 100;
            // Longer than what is left: all there is, once.
            if start + length > characters && length > 2_000 {
                continue;
            }
            let slice: String = text.chars().skip(start).take(length).collect();
            texts.push((format!("{name}[{start}..+{length}]"), slice));
        }
    }
    texts
}

/// `text` in `encoding`, or nothing if it has no such characters. As people do who must, dashes
/// and quotes are made plain where the encoding lacks them.
fn encoded(text: &str, encoding: Encoding) -> Option<(String, Vec<u8>)> {
    let bytes = |text: &str| match encoding.name() {
        "UTF-16LE" => Some(text.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        "UTF-16BE" => Some(text.encode_utf16().flat_map(u16::to_be_bytes).collect()),
        _ => {
            let tables = encoding_rs::Encoding::for_label(encoding.name().as_bytes()).unwrap();
            let (bytes, _, unmappable) = tables.encode(text);
            (!unmappable).then(|| bytes.into_owned())
        }
    };
    let plain: String = text
        .chars()
        .map(|character| match character {
            '«' | '»' | '“' | '”' | '„' => '"',
            '‘' | '’' => '\'',
            '—' | '–' => '-',
            other => other,
        })
        .collect();
    bytes(text).map(|bytes| (text.to_owned(), bytes)).or_else(|| bytes(&plain).map(|b| (plain, b)))
}

/// Damages `bytes` and says how many characters that may spoil: after a byte that is lost, it
/// can take a few characters until the reading is back in step.
fn damaged(mut bytes: Vec<u8>, damage: Damage, random: &mut Random) -> (Vec<u8>, usize) {
    let any = |random: &mut Random| u8::try_from(random.below(256)).unwrap();
    let at = random.below(bytes.len());
    match damage {
        Damage::None => (bytes, 0),
        Damage::BadByte => {
            bytes[at] = any(random) | 0x80;
            (bytes, 5)
        }
        Damage::LostByte => {
            bytes.remove(at);
            (bytes, 5)
        }
        Damage::Cut => {
            bytes.pop();
            (bytes, 2)
        }
        Damage::Utf8Footer => {
            let footer = "\n本书由热心网友上传 — Сайт www.example.com\n".as_bytes();
            bytes.extend(footer);
            (bytes, footer.len())
        }
        Damage::LatinFooter => {
            let footer = b"\nNum\xe9ris\xe9 par l'\xe9quipe d'\xc9t\xe9, www.example.com\n";
            bytes.extend(footer);
            (bytes, footer.len())
        }
        Damage::Destroyed => {
            let count = (bytes.len() * 15).div_ceil(10_000);
            for _ in 0..count {
                let at = random.below(bytes.len());
                bytes[at] = any(random);
            }
            (bytes, 5 * count)
        }
    }
}

/// How many characters differ, wherever they stand.
fn distance(a: &str, b: &str) -> usize {
    let mut counts: BTreeMap<char, i64> = BTreeMap::new();
    a.chars().for_each(|character| *counts.entry(character).or_default() += 1);
    b.chars().for_each(|character| *counts.entry(character).or_default() -= 1);
    let missing: i64 = counts.values().filter(|count| **count > 0).sum();
    let extra: i64 = counts.values().filter(|count| **count < 0).sum();
    usize::try_from(missing.max(-extra)).unwrap()
}

/// Whether to print what is asked about too.
fn verbose() -> bool {
    std::env::var_os("CHARNN_VERBOSE").is_some()
}

/// Reads `bytes` and compares with the truth. Without damage all must be right; else more wrong
/// characters than the damage may spoil, and two more, and one in 100, is mojibake.
fn judge(truth: &str, bytes: &[u8], spoilt: usize) -> (Outcome, String) {
    // White space as it is: what is compared is the text itself.
    let options = ReadOptions { whitespace: Whitespace::Keep, ..ReadOptions::default() };
    match read("text", bytes, &options) {
        Ok((text, reading)) => {
            let wrong = distance(truth, &text);
            let allowed = if spoilt == 0 { 0 } else { spoilt + 2 + truth.chars().count() / 100 };
            let outcome = if wrong <= allowed { Outcome::Right } else { Outcome::Wrong };
            let shown: String = text.chars().take(40).collect();
            (outcome, format!("{reading} {wrong} > {allowed}: {shown:?}"))
        }
        Err(error @ (TextError::UnclearEncoding { .. } | TextError::TooManyMalformed { .. })) => {
            (Outcome::Asks, error.describe().in_full().english)
        }
        Err(error) => (Outcome::Wrong, error.describe().in_full().english),
    }
}

#[test]
fn every_text_is_read_right_or_asked_about_and_none_becomes_mojibake() {
    let texts = texts();
    assert!(texts.len() >= 30, "{} texts", texts.len());
    // Another seed damages other bytes.
    let seed = std::env::var("CHARNN_SEED").map_or(0, |seed| seed.parse::<u64>().unwrap());
    let mut random = Random(0x9E37_79B9_7F4A_7C15 ^ seed << 20);
    let mut all: BTreeMap<Outcome, usize> = BTreeMap::new();
    let mut long: BTreeMap<Outcome, usize> = BTreeMap::new();
    let mut by_damage: BTreeMap<(Damage, Outcome), usize> = BTreeMap::new();
    let mut by_encoding: BTreeMap<(&str, Outcome), usize> = BTreeMap::new();
    for (name, text) in &texts {
        for &encoding in &Encoding::CANDIDATES[..11] {
            let Some((truth, bytes)) = encoded(text, encoding) else { continue };
            for damage in DAMAGES {
                // What is longer than the text is no footer: either of the two may be the text.
                let footer = matches!(damage, Damage::Utf8Footer | Damage::LatinFooter);
                if footer && truth.chars().count() < 50 {
                    continue;
                }
                let (bytes, spoilt) = damaged(bytes.clone(), damage, &mut random);
                let (outcome, said) = judge(&truth, &bytes, spoilt);
                *all.entry(outcome).or_default() += 1;
                *by_damage.entry((damage, outcome)).or_default() += 1;
                *by_encoding.entry((encoding.name(), outcome)).or_default() += 1;
                // The only odd bytes of a text may be the only letters of another encoding, and are asked about.
                let may_be_letters = truth.is_ascii() && outcome == Outcome::Asks;
                if bytes.len() >= 1000 && !(may_be_letters && damage != Damage::None) {
                    *long.entry(outcome).or_default() += 1;
                }
                let asks = verbose() && outcome == Outcome::Asks;
                if outcome == Outcome::Wrong || asks {
                    println!("{outcome:?}: {name} {encoding} {damage:?}: {said}");
                }
            }
        }
    }
    println!("{} texts: {all:?}; of 1,000 bytes or more: {long:?}", texts.len());
    println!("{by_damage:?}\n{by_encoding:?}");
    let count = |of: &BTreeMap<Outcome, usize>, outcome| of.get(&outcome).copied().unwrap_or(0);
    assert_eq!(count(&all, Outcome::Wrong), 0, "silent mojibake");
    let right = count(&long, Outcome::Right) as f64;
    assert!(right >= 0.97 * long.values().sum::<usize>() as f64, "{long:?}");
    // Short ones ask more often: one bad byte in under 100 is more than 1 %.
    let right = count(&all, Outcome::Right) as f64;
    assert!(right >= 0.80 * all.values().sum::<usize>() as f64, "{all:?}");
}

/// So few signs that a careless reading of them would be no loss to the bits of the whole text.
#[test]
fn signs_and_names_in_english_are_read_right_or_asked_about() {
    let mut outcomes: BTreeMap<(&str, Outcome), usize> = BTreeMap::new();
    for (label, list) in STANDING_OUT {
        let tables = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        for what in list.split('|') {
            for (every, lines) in [(2, 60), (20, 400), (20, 4_000), (200, 4_000)] {
                let text = standing_out(what, every, lines);
                let (bytes, _, unmappable) = tables.encode(&text);
                assert!(!unmappable, "{what}");
                let (outcome, said) = judge(&text, &bytes, 0);
                *outcomes.entry((label, outcome)).or_default() += 1;
                let asks = verbose() && outcome == Outcome::Asks;
                if outcome == Outcome::Wrong || asks {
                    println!("{outcome:?}: {what} every {every} of {lines} lines: {said}");
                }
            }
        }
    }
    println!("{outcomes:?}");
    assert!(outcomes.keys().all(|&(_, outcome)| outcome != Outcome::Wrong), "silent mojibake");
    let western = |outcome| outcomes.get(&("windows-1252", outcome)).copied().unwrap_or(0);
    assert!(western(Outcome::Right) > 3 * western(Outcome::Asks), "{outcomes:?}");
}

#[test]
fn the_suite_can_see_mojibake() {
    let (truth, bytes) = encoded(BUILTIN[1].1, Encoding::GB18030).unwrap();
    let (wrong, _) = encoding_rs::BIG5.decode_without_bom_handling(&bytes);
    assert!(distance(&truth, &wrong) > truth.chars().count() / 2);
    assert_eq!(judge(&wrong, &bytes, 100).0, Outcome::Wrong);
}

#[test]
fn rare_encodings_are_read_right_or_asked_about() {
    let russian = std::fs::read_to_string("tests/texts/russian.txt").unwrap();
    let french = std::fs::read_to_string("tests/texts/french.txt").unwrap();
    let polish = "Za górą, nad rzeką, stał młyn. Młynarz miał trzy córki i żółtego kota, który \
        łapał myszy tylko we wtorki. „Dlaczego?” pytali sąsiedzi. „Bo w środę jest święto” – \
        mówił młynarz i śmiał się głośno.\n";
    let czech = "Žil byl jednou jeden král a ten měl tři syny. Nejmladší uměl číst ve hvězdách, \
        prostřední pekl výborný chléb a nejstarší nedělal vůbec nic, protože čekal na štěstí.\n";
    let greek = "Μια φορά κι έναν καιρό ζούσε σε ένα μικρό νησί ένας ψαράς που δεν έπιανε ποτέ \
        ψάρια. Κάθε πρωί έριχνε τα δίχτυα του στη θάλασσα και κάθε βράδυ τα μάζευε άδεια.\n";
    let turkish = "Bir varmış bir yokmuş, uzak bir köyde küçük bir kız yaşarmış. Kızın adı Ayşe \
        imiş. Ayşe her sabah dağın eteğindeki çeşmeye gider, ağaçlarla konuşurmuş.\n";
    let ukrainian = "Жив собі в одному селі старий коваль, і було в нього троє синів. Найменший син умів \
        грати на сопілці так гарно, що навіть птахи замовкали й слухали його.\n";
    let arabic = "كان يا ما كان في قديم الزمان رجل يعيش في قرية صغيرة قرب البحر وكان يخرج كل صباح \
        ليصيد السمك ثم يعود في المساء ويحكي للأطفال قصصا عن البحر\n";
    let hebrew = "היה היה איש זקן שגר בבית קטן על ההר. בכל בוקר הוא ירד אל הכפר וקנה לחם, \
        ובכל ערב סיפר לילדים סיפורים על הים ועל הכוכבים.\n";
    let thai = "กาลครั้งหนึ่งนานมาแล้ว มีชายชราคนหนึ่งอาศัยอยู่บนภูเขา ทุกเช้าเขาเดินลงไปที่หมู่บ้านเพื่อซื้อข้าว\n";
    let mut silent = Vec::new();
    for (text, labels) in [
        (&*russian, "ibm866 iso-8859-5 x-mac-cyrillic"),
        (&*french, "macintosh"),
        (polish, "windows-1250 iso-8859-2"),
        (czech, "windows-1250 iso-8859-2"),
        (greek, "windows-1253 iso-8859-7"),
        (turkish, "windows-1254"),
        (ukrainian, "windows-1251 koi8-u"),
        (arabic, "windows-1256 iso-8859-6"),
        (hebrew, "windows-1255 iso-8859-8"),
        (thai, "windows-874"),
    ] {
        for (label, text) in labels
            .split(' ')
            .flat_map(|label| [(label, text.to_owned()), (label, text.to_uppercase())])
        {
            let tables = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
            let bytes = tables.encode(&text).0;
            let truth = tables.decode_without_bom_handling(&bytes).0;
            let (outcome, said) = judge(&truth, &bytes, 0);
            if verbose() {
                println!("{outcome:?}: {label}: {said}");
            }
            if outcome == Outcome::Wrong {
                silent.push(format!("{label}: {said}"));
            }
        }
    }
    assert!(silent.is_empty(), "{}", silent.join("\n"));
}

#[test]
fn a_mark_of_utf_16_before_another_text_is_asked_about() {
    let text = "hello world this is utf8\n".repeat(50);
    for mark in [&b"\xFF\xFE"[..], b"\xFE\xFF"] {
        let bytes = [mark, text.as_bytes()].concat();
        let (outcome, said) = judge(&text, &bytes, 2);
        assert_eq!(outcome, Outcome::Asks, "{said}");
        assert!(said.contains("data.encoding = \"utf-16"), "{said}");
    }
    let rare: Vec<u8> = "龘靐齉爨癵驫麤".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(judge("龘靐齉爨癵驫麤", &[b"\xFF\xFE", &rare[..]].concat(), 0).0, Outcome::Right);
}

#[test]
fn what_is_asked_about_offers_the_right_one() {
    let shout = std::fs::read_to_string("tests/texts/russian.txt").unwrap().to_uppercase();
    let shout: String = shout.chars().skip(100).take(24).collect();
    for label in ["koi8-r", "windows-1251"] {
        let tables = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
        let (outcome, said) = judge(&shout, &tables.encode(&shout).0, 0);
        let offered = said.contains(&format!("data.encoding = {label:?}"));
        assert!(outcome == Outcome::Right || offered, "{label}: {said}");
    }
}

/// Found by the fuzzer: with one byte missing it would be UTF-16, which no one would write.
#[test]
fn a_whole_utf8_text_is_not_taken_for_a_damaged_other_one() {
    let dashes = "-".repeat(44);
    let text = format!(
        "\u{FFFD}\u{FFFD}{0}del\u{FFFD}{dashes}/--3{1}\n\u{FFFD}",
        &dashes[..18],
        &dashes[..17]
    );
    assert_eq!(text.len(), 99);
    let (found, _) = read("file", text.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!(found, text);
}

#[test]
fn previews_show_the_text_as_it_stands_in_the_file() {
    let line = "The train costs \u{a4}14 and takes two hours, which is why Mr Hill never drives.\n";
    let bytes: Vec<u8> = line.chars().map(|it| u8::try_from(u32::from(it)).unwrap()).collect();
    let error = read("text", &bytes, &ReadOptions::default()).unwrap_err();
    let TextError::UnclearEncoding { contest, .. } = error else { panic!("{error}") };
    for candidate in [&contest.best, &contest.runner_up] {
        assert!(candidate.preview.contains("14 and takes two hours, which is"), "{candidate:?}");
    }
}
