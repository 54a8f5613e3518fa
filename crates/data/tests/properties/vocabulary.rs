//! What must hold of any vocabulary and of any text that is turned into its ids.
//!
//! The tests beside this file and the fuzzer (`fuzz/`) hold the program to the same.

use charnn_data::{Corpus, Extension, OnUnknown, Vocabulary, VocabularyError, VocabularyLimits};

/// Two bytes are limits; the rest is a text to learn from and a text to read, a zero between them.
/// The first also stands for a `vocab.json`.
///
/// # Panics
/// Where something does not hold.
pub(crate) fn check(input: &[u8]) {
    let [min_count, max_vocab, texts @ ..] = input else { return };
    let mut parts = texts.splitn(2, |byte| *byte == 0);
    let [text, prompt] = [(); 2].map(|()| parts.next().unwrap_or_default());
    if let Ok(vocabulary) = serde_json::from_slice::<Vocabulary>(text) {
        sound(&vocabulary, &String::from_utf8_lossy(prompt));
    }
    let [text, prompt] = [text, prompt].map(String::from_utf8_lossy);
    if text.is_empty() {
        return;
    }
    let limits = VocabularyLimits {
        min_count: u64::from(*min_count % 8),
        max_vocab: usize::from(*max_vocab % 32),
    };
    let corpus = Corpus::from_text("any", text.clone());
    match corpus.vocabulary(limits) {
        Ok(vocabulary) => {
            assert!(limits.max_vocab == 0 || vocabulary.len() <= limits.max_vocab);
            assert!(vocabulary.encode(&text).is_ok_and(|ids| ids.len() == corpus.characters()));
            sound(&vocabulary, &prompt);
            grown(&vocabulary, &Corpus::from_text("more", prompt), limits);
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

/// What holds of a vocabulary and of `prompt`, read with it in each way.
fn sound(vocabulary: &Vocabulary, prompt: &str) {
    let symbols: Vec<&str> = vocabulary.symbols().collect();
    assert!((2..=Vocabulary::MOST).contains(&symbols.len()), "{symbols:?}");
    assert!(symbols.is_sorted_by(|a, b| a < b));
    for (id, &symbol) in (0..=u16::MAX).zip(&symbols) {
        assert_eq!((vocabulary.id_of(symbol), vocabulary.symbol(id)), (Some(id), symbol));
    }
    for (character, id) in vocabulary.characters() {
        assert_eq!(
            (vocabulary.id(character), vocabulary.symbol(id)),
            (Some(id), &*character.to_string())
        );
    }
    let unknown = vocabulary.unknown().map(|id| vocabulary.symbol(id));
    assert!(unknown.is_none_or(|unknown| unknown == Vocabulary::UNKNOWN.to_string()));
    let json = serde_json::to_string(vocabulary).expect("plain JSON");
    assert_eq!(serde_json::from_str::<Vocabulary>(&json).expect("what was written"), *vocabulary);

    if !vocabulary.is_of_characters() {
        return;
    }
    let known = |character: &char| vocabulary.id(*character).is_some();
    let lacking = prompt.chars().position(|character| !known(&character));
    for on_unknown in [OnUnknown::Error, OnUnknown::Skip, OnUnknown::Unknown] {
        let expected: Option<String> = match on_unknown {
            OnUnknown::Skip => Some(prompt.chars().filter(known).collect()),
            OnUnknown::Unknown if unknown.is_some() => {
                let read = |it: char| if known(&it) { it } else { Vocabulary::UNKNOWN };
                Some(prompt.chars().map(read).collect())
            }
            OnUnknown::Error | OnUnknown::Unknown => lacking.is_none().then(|| prompt.to_owned()),
        };
        match vocabulary.encode_with(prompt, on_unknown) {
            Ok(ids) => {
                assert_eq!(Some(vocabulary.decode(&ids)), expected);
            }
            Err(error) => {
                assert_eq!(expected, None);
                assert!(error.to_string().contains("is not in the network's vocabulary"));
                let VocabularyError::UnknownCharacter { character, position, near, .. } = error
                else {
                    panic!("{error}")
                };
                assert_eq!(Some(position), lacking.map(|at| at + 1));
                assert_eq!(Some(character), prompt.chars().nth(position - 1));
                assert!(near.iter().all(known));
            }
        }
    }
}

/// What holds of a vocabulary that the characters of `more` within `limits` are added to.
fn grown(old: &Vocabulary, more: &Corpus, limits: VocabularyLimits) {
    let Ok(extension) = Extension::of(old, more, limits) else { return };
    let new = &extension.vocabulary;
    assert_eq!(new.len(), old.len() + extension.added.len());
    assert_eq!(extension.new_ids.len(), old.len());
    for (symbol, &id) in old.symbols().zip(&extension.new_ids) {
        assert_eq!(new.symbol(id), symbol);
    }
    assert!(old.unknown().is_none() || new.unknown().is_some());
    let all_known = more.counts().iter().all(|(character, _)| new.id(character).is_some());
    assert!(all_known || new.unknown().is_some());
}
