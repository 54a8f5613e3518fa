//! Property tests: any change of a file is read or refused, and never panics.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

#[path = "properties/import.rs"]
mod import;

use proptest::prelude::*;
use std::path::Path;

fn golden(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/goldens");
    std::fs::read(folder.join(name)).unwrap()
}

/// Bytes that were changed, moved or cut.
fn edited(
    mut bytes: Vec<u8>,
    edits: &[(prop::sample::Index, u8)],
    cut: Option<prop::sample::Index>,
) -> Vec<u8> {
    for (place, byte) in edits {
        let at = place.index(bytes.len());
        bytes[at] = *byte;
    }
    if let Some(cut) = cut {
        bytes.truncate(cut.index(bytes.len()));
    }
    bytes
}

proptest! {
    #[test]
    fn any_file_of_pytorch(
        kind in 0..3_u8,
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in any::<Option<prop::sample::Index>>(),
        noise in prop::collection::vec(any::<u8>(), 0..200),
    ) {
        let weights = golden("torch-checkpoint.pt");
        let content = match kind {
            0 => edited(weights.clone(), &edits, cut),
            1 => noise,
            _ => edited(br#"{"symbols": ["e","d","c","b","a","1","2","3"], "primer": "ed"}"#.to_vec(), &edits, cut),
        };
        import::torch(&[&[kind], &*content].concat(), &weights);
    }

    #[test]
    fn any_file_of_keras(
        name in prop::sample::select(vec!["keras-legacy.h5", "keras-gru.keras", "keras-rnn.weights.h5"]),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in any::<Option<prop::sample::Index>>(),
    ) {
        let content = edited(golden(name), &edits, cut);
        import::keras(&[&[0], &*content].concat(), &[]);
    }
}
