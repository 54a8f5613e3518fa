//! A Chinese novel in GB18030 with ten lost bytes: it is read, and the repairs are reported.

use crate::program::{charnn, stdout};
use std::path::Path;

const TRAIN: &str = "train novel.txt --name run --device cpu --set model.hidden_size=32 \
    --set model.embedding_dim=32 --set train.batch_size=16 --set train.seq_length=32 \
    --set train.max_steps=150 --set train.learning_rate=1e-2";

/// Destroys ten bytes of a copy of `text` and gives it to the program.
fn read_and_continued(text: &str) {
    let folder = tempfile::tempdir().unwrap();
    let novel = folder.path().join("novel.txt");
    stdout(charnn(folder.path(), "data convert --to gb18030", &[text, "novel.txt"]));
    let mut bytes = std::fs::read(&novel).unwrap();
    let mut random = 1_u64;
    for _ in 0..10 {
        for place in 0..2 {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(place + 11);
        }
        let at = usize::try_from(random >> 33).unwrap() % bytes.len();
        bytes[at] ^= 1 << (random >> 29 & 7) | 0x80;
    }
    std::fs::write(&novel, bytes).unwrap();

    let trained = charnn(folder.path(), TRAIN, &[]).output().unwrap();
    let told = String::from_utf8(trained.stderr).unwrap();
    assert!(trained.status.success(), "{told}");
    let read = told.lines().find(|line| line.starts_with("read ")).unwrap();
    for word in ["GB18030", "malformed", "replaced by U+FFFD", "first at byte ", ", line "] {
        assert!(read.contains(word), "{word} is not in {read}");
    }
    let written = stdout(charnn(folder.path(), "generate run --seed 1 --length 300", &[]));
    let han = |at: &char| ('\u{4E00}'..='\u{9FFF}').contains(at);
    let seen: Vec<char> = written.chars().filter(|at| !at.is_whitespace()).collect();
    let words = seen.iter().filter(|at| han(at)).count();
    let chinese =
        seen.iter().filter(|at| han(at) || "，。！？：；、“”‘’—…《》（）".contains(**at)).count();
    assert!(words > 100, "{words} Chinese characters: {written}");
    assert!(chinese * 10 >= seen.len() * 9, "{chinese} of {} are Chinese: {written}", seen.len());
    assert!(!written.contains('\u{FFFD}'), "{written}");
}

#[test]
fn a_damaged_text_in_gb18030_is_read_and_continued() {
    read_and_continued("builtin:tales-zh");
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let novel = shared.join("hongloumeng_utf8.txt");
    if novel.is_file() {
        read_and_continued(novel.to_str().unwrap());
    } else {
        eprintln!("skipped: the novel, as there is no {}", novel.display());
    }
}
