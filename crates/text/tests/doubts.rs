//! What little tells: one word or sign that is not ASCII, near-ties with a declaration, and what is shown about a
//! doubt.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use charnn_text::{Encoding, ReadOptions, Reading, TextError, read};

const ENGLISH: &str = "It was a bright cold day in April, and the clocks were striking thirteen.\n";
const FRENCH: &str =
    "Le vieux moulin tourne doucement près de la rivière, et les enfants écoutent l'eau.\n";

fn encoded(text: &str, label: &str) -> Vec<u8> {
    label.parse::<Encoding>().unwrap().encode(text)
}

fn read_bytes(bytes: &[u8]) -> Result<(String, Reading), TextError> {
    read("text", bytes, &ReadOptions::default())
}

/// `line` many times, with `word` on a line of its own in the middle.
fn amid(line: &str, word: &str, count: usize) -> String {
    format!("{0}{word}\n{0}", line.repeat(count))
}

#[test]
fn one_word_is_read_right_or_asked_about_and_its_letters_are_never_lost() {
    let romanian = "Sora mea are o casa veche cu meri si o poarta mare la drum.\n";
    let turkish = "Bu sabah deniz kenarinda eski bir tekne vardi ve kimse onu almadi.\n";
    for (line, label, words) in [
        (romanian, "windows-1250", "oraşul Bucureşti|roşu|ţară|Braşov"),
        (turkish, "windows-1254", "İstanbul şehri|ağaç|Beyoğlu"),
        (ENGLISH, "windows-1250", "Braşov|Łódź|Wałęsa"),
        (ENGLISH, "windows-1254", "Beyoğlu|İstanbul"),
        (ENGLISH, "iso-8859-15", "It costs 5 € now.|His œuvre is large.|5 € pour une œuvre"),
    ] {
        for (word, count) in words.split('|').flat_map(|word| [1, 10, 100].map(|it| (word, it))) {
            let text = amid(line, word, count);
            match read_bytes(&encoded(&text, label)) {
                Ok((found, reading)) => assert_eq!(found, text, "{word} {count}: {reading}"),
                Err(TextError::UnclearEncoding { .. }) => {}
                Err(error) => panic!("{word} {count}: {error}"),
            }
        }
    }
}

#[test]
fn damaged_utf8_stays_readable() {
    let damaged = |text: &str, bad: &[u8]| {
        let text = amid(text, "", 20);
        let (start, end) = text.split_at(text.len() / 3 + 1);
        [start.as_bytes(), bad, end.as_bytes()].concat()
    };
    for (text, bad, count) in [
        // Valid characters of UTF-8 prove it.
        (FRENCH, &b"\xE9"[..], 1),
        ("Ein M\u{FC}ller ging \u{FC}ber die Br\u{FC}cke nach Hause.\n", b"\xBA", 1),
        // No language has that letter.
        (ENGLISH, b"\xFF", 1),
        (&format!("{ENGLISH}He went to the café.\n"), b"\x81", 1),
    ] {
        let bytes = damaged(text, bad);
        let (found, reading) = read_bytes(&bytes).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(reading.encoding, Encoding::UTF_8, "{reading}");
        assert_eq!(found.matches('\u{FFFD}').count(), count, "{reading}");
    }
}

#[test]
fn a_declaration_settles_a_near_tie() {
    let line = "Egyszer volt, hol nem volt egy kis falu.\n".repeat(4);
    for (text, label) in [
        (
            format!(
                "<html><head><meta charset=\"windows-1250\"></head><body>{line}<p>tűz</p></body></html>"
            ),
            "windows-1250",
        ),
        ("# -*- coding: koi8-r -*-\n# Привет мир\n".to_owned(), "koi8-r"),
    ] {
        let (found, reading) =
            read_bytes(&encoded(&text, label)).unwrap_or_else(|error| panic!("{label}: {error}"));
        assert_eq!((found, reading.encoding), (text, label.parse().unwrap()));
        assert_eq!(reading.warnings, []);
    }
}

#[test]
fn previews_of_a_doubt_show_where_the_candidates_differ() {
    let text = amid(FRENCH, "Une œuvre.", 20);
    let error = read_bytes(&encoded(&text, "iso-8859-15")).unwrap_err();
    let TextError::UnclearEncoding { contest, .. } = error else { panic!("{error}") };
    let previews = [&contest.best, &contest.runner_up].map(|it| it.preview.as_str());
    assert!(previews.iter().any(|it| it.contains("Une œuvre.")), "{previews:?}");
    assert_ne!(previews[0], previews[1]);
}

#[test]
fn a_few_signs_in_english_are_windows_1252() {
    for signs in
        ["• one\n• two\n• three", "Add 2½ cups of flour.", "Add ½ cup and ¼ cup and ¾ of it."]
    {
        for count in [2, 10, 100] {
            let text = amid(ENGLISH, signs, count);
            let (found, reading) = read_bytes(&encoded(&text, "windows-1252"))
                .unwrap_or_else(|error| panic!("{signs} {count}: {error}"));
            assert_eq!(found, text, "{reading}");
        }
    }
    // Not words of ISO-8859-15, whatever they are.
    let text = format!("{}He waited½ and then½left.\n", ENGLISH.repeat(30)).repeat(5);
    match read_bytes(&encoded(&text, "windows-1252")) {
        Ok((found, reading)) => assert_eq!(found, text, "{reading}"),
        Err(TextError::UnclearEncoding { contest, .. }) => {
            assert_eq!(contest.runner_up.encoding, Encoding::WINDOWS_1252, "{contest:?}");
        }
        Err(error) => panic!("{error}"),
    }
}
