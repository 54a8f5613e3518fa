//! What holds of every vocabulary, of characters and of longer symbols.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use super::*;
use crate::Decoder;
use charnn_message::Describe;
use proptest::prelude::*;
use std::collections::BTreeSet;

fn vocabulary(text: &str) -> Vocabulary {
    let characters: BTreeSet<char> = text.chars().collect();
    Vocabulary::of_characters(characters, text.contains(Vocabulary::UNKNOWN)).unwrap()
}

/// The message and the first hint.
fn error(text: &str, prompt: &str) -> String {
    let message = vocabulary(text).encode(prompt).unwrap_err().describe();
    format!("{}; {}", message.message.english, message.hints[0].english)
}

#[test]
fn ids_are_positions_among_the_sorted_characters() {
    let vocabulary = vocabulary("从前 ba");
    assert_eq!(vocabulary.len(), 5);
    assert_eq!(vocabulary.encode(" ab从前").unwrap(), [0, 1, 2, 3, 4]);
    assert_eq!(vocabulary.symbols().collect::<String>(), " ab从前");
}

#[test]
fn an_unknown_character_is_named_with_its_code_point_and_position() {
    let error = error("abc", "ab𠮷");
    assert!(error.contains("'𠮷' (U+20BB7, position 3)"), "{error}");
    assert!(error.ends_with("; remove it"), "{error}");
}

#[test]
fn all_unknown_characters_are_named_once_and_ten_at_most() {
    assert!(error("abc", "axbyxzz").contains(", nor are 'y', 'z';"));
    assert!(!error("abc", "axx").contains("nor are"));
    let many = error("abc", "efghijklmnop");
    assert!(many.contains("'n';") && !many.contains("'o'"), "{many}");
}

#[test]
fn near_variants_of_an_unknown_character_are_offered() {
    for (text, prompt, near) in
        [("爱a", "愛", '爱'), ("Aa\"", "“", '"'), ("ab!", "！", '!'), ("ab", "B", 'b')]
    {
        let error = error(text, prompt);
        assert!(error.contains(&format!("did you mean {near:?} (U+")), "{error}");
    }
}

#[test]
fn the_unknown_symbol_stands_for_the_others() {
    let vocabulary = vocabulary("abc\u{FFFD}");
    assert_eq!((vocabulary.len(), vocabulary.unknown()), (4, Some(3)));
    assert_eq!(vocabulary.encode("a𠮷c\u{FFFD}").unwrap(), [0, 3, 2, 3]);
    assert_eq!(vocabulary.encode_with("a𠮷c", OnUnknown::Skip).unwrap(), [0, 2]);
    assert!(vocabulary.encode_with("a𠮷c", OnUnknown::Error).is_err());
}

#[test]
fn the_longest_symbol_that_fits_is_taken() {
    let vocabulary = Vocabulary::new(["the ", "t", "th", "h", "e", " ", "\u{FFFD}"], true).unwrap();
    let symbols = |text| -> Vec<String> {
        let ids = vocabulary.encode(text).unwrap();
        assert_eq!(vocabulary.decode(&ids), text);
        ids.into_iter().map(|id| vocabulary.symbol(id).to_owned()).collect()
    };
    assert_eq!(symbols("the the"), ["the ", "th", "e"]);
    assert_eq!(symbols("eth t"), ["e", "th", " ", "t"]);
    let unknown = vocabulary.encode("txthe ").unwrap();
    assert_eq!(vocabulary.decode(&unknown), "t\u{FFFD}the ");
    let VocabularyError::UnknownCharacter { character, position, .. } =
        vocabulary.encode_with("the tx", OnUnknown::Error).unwrap_err()
    else {
        panic!("another error")
    };
    assert_eq!((character, position), ('x', 6));
}

#[test]
fn too_few_or_double_or_too_many_symbols_are_refused() {
    assert_eq!(Vocabulary::new(["a"], false), Err(VocabularyError::TooFew));
    assert!(matches!(
        Vocabulary::new(["a", "b", "a"], false),
        Err(VocabularyError::BadSymbol { .. })
    ));
    assert!(matches!(Vocabulary::new(["a", ""], false), Err(VocabularyError::BadSymbol { .. })));
    assert!(Vocabulary::new(["a", "b"], true).is_err());
    let many = ('\0'..=char::MAX).take(70_000);
    assert_eq!(
        Vocabulary::of_characters(many, false),
        Err(VocabularyError::TooMany { distinct: 70_000 })
    );
}

#[test]
fn the_fingerprint_is_the_one_of_earlier_versions() {
    let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex().to_string();
    assert_eq!(vocabulary("cab").fingerprint(), hash("abc"));
    assert_eq!(vocabulary("cab\u{FFFD}").fingerprint(), hash("abc\u{FFFD}\u{FFFD}"));
}

#[test]
fn files_of_earlier_versions_are_read() {
    let abc = blake3::hash(b"abc").to_hex();
    let json = format!("{{\"characters\": \"abc\", \"blake3\": \"{abc}\"}}");
    let read: Vocabulary = serde_json::from_str(&json).unwrap();
    assert_eq!(read, vocabulary("abc"));
    let written = serde_json::to_string(&read).unwrap();
    assert_eq!(written, json.replace(": ", ":").replace(", ", ","));
    let with = vocabulary("abc\u{FFFD}");
    let json = serde_json::to_string(&with).unwrap();
    assert!(json.contains("\"unknown\":\"\u{FFFD}\""), "{json}");
    assert_eq!(serde_json::from_str::<Vocabulary>(&json).unwrap(), with);
}

#[test]
fn the_record_symbol_is_stored_and_is_no_part_of_a_text() {
    let plain = vocabulary("ab\u{1E}\u{FFFD}");
    let records = plain.clone().with_records().unwrap();
    assert_eq!((plain.record(), records.record(), records.len()), (None, Some(0), plain.len()));
    assert_ne!(plain.fingerprint(), records.fingerprint());
    let json = serde_json::to_string(&records).unwrap();
    assert_eq!(serde_json::from_str::<Vocabulary>(&json).unwrap(), records);
    assert!(
        serde_json::from_str::<Vocabulary>(&json.replace("\"record\":\"\\u001e\",", "")).is_err()
    );
    assert!(serde_json::from_str::<Vocabulary>(&json.replace("\"\\u001e\"", "\"a\"")).is_err());
    assert_eq!(plain.encode("a\u{1E}"), Ok(vec![1, 0]));
    assert!(records.encode_with("a\u{1E}", OnUnknown::Error).is_err());
    assert!(!records.has('\u{1E}') && records.has('a'));
    assert_eq!(records.encode_with("a\u{1E}b", OnUnknown::Skip), Ok(vec![1, 2]));
    assert_eq!(records.decode(&[0, 1, 2, 0]), "ab");
    assert_eq!((records.shown(0), records.shown(1), plain.shown(0)), ("␞", "a", "\u{1E}"));
    assert!(vocabulary("abc").with_records().is_err());
}

#[test]
fn a_changed_file_is_refused() {
    let plain = serde_json::to_string(&vocabulary("abc")).unwrap();
    let unknown = serde_json::to_string(&vocabulary("abc\u{FFFD}")).unwrap();
    let symbols = serde_json::to_string(&Vocabulary::new(["ab", "b"], false).unwrap()).unwrap();
    let field = "\"unknown\":\"\u{FFFD}\"";
    for damaged in [
        plain.replacen("abc", "abd", 1),
        plain.replacen("abc", "acb", 1),
        plain.replacen("abc", "", 1),
        plain.replacen("characters", "symbols", 1),
        unknown.replace(&format!("{field},"), ""),
        unknown.replace(field, "\"unknown\":\"a\""),
        symbols.replace("\"b\"", "\"c\""),
        symbols.replace("\"ab\",\"b\"", "\"a\",\"bb\""),
        symbols.replace("[\"ab\",\"b\"]", "[]"),
    ] {
        assert!(damaged != plain && damaged != unknown && damaged != symbols, "{damaged}");
        assert!(serde_json::from_str::<Vocabulary>(&damaged).is_err(), "{damaged}");
    }
}

proptest! {
    #[test]
    fn decoding_an_encoded_text_gives_the_text(text in ".*[ab].*[cd].*") {
        let vocabulary = vocabulary(&text);
        let ids = vocabulary.encode_with(&text, OnUnknown::Error).unwrap();
        prop_assert_eq!(vocabulary.decode(&ids), text);
    }

    #[test]
    fn symbols_of_any_length_come_back_from_a_file(
        symbols in prop::collection::btree_set("[a-c\u{4e00}-\u{4e02}]{1,3}", 2..20),
        text in "[a-c\u{4e00}-\u{4e02}]{0,30}",
    ) {
        let vocabulary = Vocabulary::new(&symbols, false).unwrap();
        let json = serde_json::to_string(&vocabulary).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Vocabulary>(&json).unwrap(), &vocabulary);
        for (id, symbol) in (0..).zip(&symbols) {
            prop_assert_eq!(vocabulary.symbol(id), symbol);
            prop_assert_eq!(vocabulary.id_of(symbol), Some(id));
        }
        if let Ok(ids) = vocabulary.encode(&text) {
            prop_assert_eq!(vocabulary.decode(&ids), text);
        }
    }
}

fn of_unit(unit: &Unit, text: &str) -> Vocabulary {
    if *unit == Unit::Byte {
        return Vocabulary::of_bytes(false);
    }
    let mut symbols = BTreeSet::new();
    unit.cutter().unwrap().each(text, &mut |symbol| {
        symbols.insert(symbol.to_owned());
    });
    Vocabulary::new(&symbols, false).unwrap().with_unit(unit).unwrap()
}

#[test]
fn bytes_make_up_every_text() {
    let bytes = Vocabulary::of_bytes(true);
    assert_eq!((bytes.len(), bytes.record(), bytes.unknown()), (256, Some(0x1E), None));
    assert_eq!(bytes.encode("aé").unwrap(), [0x61, 0xC3, 0xA9]);
    assert!(bytes.has('猫') && bytes.id('猫').is_none() && bytes.id('é').is_none());
    assert_eq!(bytes.id('a'), Some(0x61));
    assert_eq!((bytes.shown(0x1E), bytes.shown(0x61), bytes.shown(0xE9)), ("␞", "a", "\\xE9"));
    assert!(bytes.encode("a\u{1E}").is_err() && !bytes.has('\u{1E}'));
    assert_eq!(bytes.decode(&[0x61, 0xC3, 0x62, 0x1E]), "a\u{FFFD}b");
    let json = serde_json::to_string(&bytes).unwrap();
    assert_eq!(serde_json::from_str::<Vocabulary>(&json).unwrap(), bytes);
    assert!(json.contains("\"unit\":\"byte\""), "{json}");
    assert!(serde_json::from_str::<Vocabulary>(&json.replace("\"unit\":\"byte\",", "")).is_err());
    assert!(vocabulary("ab").with_unit(&Unit::Byte).is_err());
}

#[test]
fn lengths_are_those_of_the_text() {
    let of = |vocabulary: &Vocabulary, text: &str| {
        let mut sum = Lengths::default();
        vocabulary.encode(text).unwrap().iter().for_each(|&id| sum += vocabulary.lengths(id));
        (sum.characters, sum.bytes)
    };
    let text = "Clé猫e\u{301}👨‍👩‍👧\n";
    let expected = (text.chars().count() as u64, text.len() as u64);
    for unit in [Unit::Char, Unit::Byte, Unit::Grapheme, Unit::Regex("Cl".into())] {
        assert_eq!(of(&of_unit(&unit, text), text), expected, "{unit}");
    }
}

#[test]
fn symbols_of_a_unit_are_not_the_longest_that_fit() {
    let unit = Unit::Regex("Cl|Br".into());
    let known = of_unit(&unit, "ClCBr\n");
    assert_eq!(known.encode("CCl").unwrap(), [2, 3]);
    let error = known.encode("C\nB").unwrap_err().describe().message.english;
    assert!(error.contains("'B' (U+0042, position 3)"), "{error}");
    assert_eq!(known.encode_with("CBCl", OnUnknown::Skip).unwrap(), [2, 3]);
    let family = of_unit(&Unit::Grapheme, "ab").encode("a👨‍👩‍👧").unwrap_err();
    assert!(matches!(family, VocabularyError::UnknownSymbol { position: 2, size: 2, .. }));
    // The same symbols cut otherwise are another vocabulary.
    let other = Vocabulary::new(known.symbols(), false).unwrap();
    assert_ne!(known.fingerprint(), other.fingerprint());
    assert!(!known.is_of_characters());
}

proptest! {
    #[test]
    fn every_unit_decodes_to_the_text(
        text in r"([a-cCl\[\]\n]|\PC|\u{301}|\u{200D}){2,40}",
    ) {
        let units = [Unit::Char, Unit::Byte, Unit::Grapheme, Unit::Regex(r"\[[^\]]*\]|Cl".into())];
        for unit in units {
            let known = if unit == Unit::Byte {
                Vocabulary::of_bytes(false)
            } else {
                of_unit(&unit, &format!("{text}\nab"))
            };
            let ids = known.encode_with(&text, OnUnknown::Error).unwrap();
            prop_assert_eq!(known.decode(&ids), text.as_str());
            let mut decoder = Decoder::default();
            let pieces: String = ids.iter().map(|&id| decoder.push(&known, id).to_owned()).collect();
            prop_assert_eq!(pieces, text.as_str());
            let json = serde_json::to_string(&known).unwrap();
            prop_assert_eq!(serde_json::from_str::<Vocabulary>(&json).unwrap(), known);
        }
    }

    #[test]
    fn any_bytes_decode_as_a_whole_decodes(bytes in prop::collection::vec(any::<u8>(), 0..30)) {
        let known = Vocabulary::of_bytes(false);
        // Complete at the end, so that nothing is pending.
        let ids: Vec<u16> = bytes.iter().map(|&byte| u16::from(byte)).chain([0x2E]).collect();
        let mut decoder = Decoder::default();
        let pieces: String = ids.iter().map(|&id| decoder.push(&known, id).to_owned()).collect();
        prop_assert_eq!(pieces, known.decode(&ids));
    }
}
