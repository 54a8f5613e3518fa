//! A text that is too large for memory is read as a small one is, through a cache that is never
//! wrong. "Too large" is a kilobyte here.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use charnn_data::{Cache, Corpus, DataError, Inspection, Seed, VocabularyLimits};
use charnn_message::Describe;
use charnn_text::{BUILTIN, Normalization, ReadOptions, Records, Source};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Files in several encodings, one packed, one without a line end, one that is not text.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    };
    let tales = BUILTIN[1].1;
    write("1.txt", tales.trim_end().as_bytes());
    write("2.txt", &encoding_rs::GBK.encode(&tales.replace('\n', "\r\n")).0);
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(BUILTIN[0].1.as_bytes()).unwrap();
    write("3.txt.gz", &packed.finish().unwrap());
    write("4.png", b"\x89PNG\r\n\x1a\n");
    write("5.bin", &[&tales.as_bytes()[..3000], &[7; 400]].concat());
    write("6.txt", "e\u{301}".repeat(40_000).as_bytes());
    folder
}

fn read(path: &Path, options: &ReadOptions, cache: &Path) -> Result<Corpus, DataError> {
    let cache = Cache::new(cache, 1000);
    Corpus::read_all(&[Source::File(path.to_owned())], options, Some(&cache))
}

fn kept(cache: &Path, kind: &str) -> Vec<PathBuf> {
    let mut paths: Vec<_> =
        std::fs::read_dir(cache).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == kind));
    paths.sort();
    paths
}

#[test]
fn a_large_text_is_read_as_a_small_one_is() {
    let (folder, cache) = (folder(), tempfile::tempdir().unwrap());
    for normalize in [Normalization::None, Normalization::Nfc] {
        let options = ReadOptions { normalize, ..ReadOptions::default() };
        let small = Corpus::read_with(&Source::File(folder.path().into()), &options).unwrap();
        let limits = VocabularyLimits { min_count: 3, max_vocab: 0 };
        for vocabulary in
            [small.vocabulary(VocabularyLimits::ALL).unwrap(), small.vocabulary(limits).unwrap()]
        {
            // The second time it comes from the cache.
            for _ in 0..2 {
                let large = read(folder.path(), &options, cache.path()).unwrap();
                assert_eq!(large.documents(), small.documents());
                assert_eq!(large.documents().len(), 4);
                assert_eq!(large.skipped(), small.skipped());
                assert_eq!(large.counts(), small.counts());
                assert_eq!(large.fingerprint(), small.fingerprint());
                assert_eq!(large.text().unwrap(), small.text().unwrap());
                let ids = large.ids(&vocabulary).unwrap();
                assert_eq!(ids[..], small.ids(&vocabulary).unwrap()[..]);
                assert_eq!(ids[..], vocabulary.encode(&small.text().unwrap()).unwrap());
            }
        }
    }
    assert_eq!((kept(cache.path(), "text").len(), kept(cache.path(), "ids").len()), (2, 4));
}

#[test]
fn records_of_a_large_text_are_those_of_a_small_one() {
    let (folder, cache) = (folder(), tempfile::tempdir().unwrap());
    let options = ReadOptions::default();
    let regex = Records::Regex("[。！]+\n?".into());
    let mut fingerprints = BTreeSet::new();
    for records in [Records::Line, Records::BlankLine, Records::File, regex] {
        let mut sorted = Vec::new();
        for order in [None, Some(Seed(3)), Some(Seed(4))] {
            let small = Corpus::read_with(&Source::File(folder.path().into()), &options).unwrap();
            let small = small.with_records(&records, order).unwrap();
            let vocabulary = small.vocabulary(VocabularyLimits::ALL).unwrap();
            let expected = small.ids(&vocabulary).unwrap();
            for _ in 0..2 {
                let large = read(folder.path(), &options, cache.path()).unwrap();
                let large = large.with_records(&records, order).unwrap();
                assert_eq!(large.records(), small.records());
                assert_eq!(large.counts(), small.counts());
                assert_eq!(large.fingerprint(), small.fingerprint());
                assert_eq!(large.text().unwrap(), small.text().unwrap());
                assert_eq!(
                    large.ids(&vocabulary).unwrap()[..],
                    expected[..],
                    "{records} {order:?}"
                );
                assert_eq!(large.characters(), expected.len());
            }
            let starts = small.starts(&expected, &vocabulary);
            assert_eq!(starts.len() as u64, small.records().unwrap().count + 1);
            let mut all: Vec<&[u16]> =
                starts.windows(2).map(|it| &expected[it[0]..it[1]]).collect();
            let is_in_order = sorted.is_empty() || all == sorted;
            assert_eq!(is_in_order, order.is_none(), "{records} {order:?}");
            if sorted.is_empty() {
                sorted = all.iter().map(|record| record.to_vec()).collect::<Vec<_>>();
            }
            // In any order they are the same records.
            let mut before = sorted.clone();
            before.sort();
            all.sort_unstable();
            assert_eq!(all, before);
            let mut found = Vec::new();
            small.each_record(&mut |record| found.push(record.to_owned())).unwrap();
            assert_eq!(found.len() as u64, small.records().unwrap().count);
            assert!(fingerprints.insert(small.fingerprint().to_owned()), "{records} {order:?}");
        }
    }
}

#[test]
fn what_is_there_is_used_and_what_is_damaged_is_made_again() {
    let (folder, cache) = (folder(), tempfile::tempdir().unwrap());
    let options = ReadOptions::default();
    let ids = || {
        let corpus = read(folder.path(), &options, cache.path())?;
        corpus.ids(&corpus.vocabulary(VocabularyLimits::ALL)?).map(|ids| ids.to_vec())
    };
    let expected = ids().unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let numbers = || {
            let all = [kept(cache.path(), "text"), kept(cache.path(), "ids")].concat();
            all.iter().map(|path| path.metadata().unwrap().ino()).collect::<Vec<_>>()
        };
        let before = numbers();
        assert_eq!(ids().unwrap(), expected);
        assert_eq!(numbers(), before, "nothing was written again");
    }
    for kind in ["text", "ids"] {
        let [path] = &kept(cache.path(), kind)[..] else { panic!("one file") };
        let whole = std::fs::read(path).unwrap();
        let mut changed = whole.clone();
        *changed.last_mut().unwrap() ^= 1;
        let mut older = whole.clone();
        older[13] = b'0';
        let longer = [&whole[..], b"\0\0"].concat();
        for damaged in [&changed, &older, &longer, &whole[..whole.len() - 2], &whole[..7], b""] {
            std::fs::write(path, damaged).unwrap();
            assert_eq!(ids().unwrap(), expected);
            assert!(std::fs::read(path).unwrap() == whole, "it is as it was");
        }
    }
}

#[test]
fn another_content_or_another_way_to_read_it_is_another_text() {
    let (folder, cache) = (folder(), tempfile::tempdir().unwrap());
    let text = |options: &ReadOptions| {
        let corpus = read(folder.path(), options, cache.path()).unwrap();
        let vocabulary = corpus.vocabulary(VocabularyLimits::ALL).unwrap();
        let ids = corpus.ids(&vocabulary).unwrap();
        vocabulary.decode(&ids)
    };
    let plain = ReadOptions::default();
    let before = text(&plain);
    let composed = ReadOptions { normalize: Normalization::Nfc, ..plain.clone() };
    assert_eq!(text(&composed), before.replace("e\u{301}", "é"));
    let changed = before.replacen("e\u{301}", "ee", 1);
    let last = &changed[changed.len() - 120_000 + 1..];
    std::fs::write(folder.path().join("6.txt"), last).unwrap();
    assert_eq!(text(&plain), changed);
}

#[test]
fn processes_that_make_the_same_cache_all_have_their_way() {
    let (folder, cache) = (folder(), tempfile::tempdir().unwrap());
    let ids = || {
        let corpus = read(folder.path(), &ReadOptions::default(), cache.path()).unwrap();
        corpus.ids(&corpus.vocabulary(VocabularyLimits::ALL).unwrap()).unwrap().to_vec()
    };
    let all: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ids)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(all.iter().all(|ids| ids == &all[0]));
    assert_eq!(std::fs::read_dir(cache.path()).unwrap().count(), 2, "nothing else is left");
}

#[test]
fn a_cache_keeps_what_was_used_last() {
    let (folder, cache) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let path = folder.path().join("text.txt");
    let read = |number: usize| {
        std::fs::write(&path, format!("{number} {}", BUILTIN[0].1)).unwrap();
        let corpus = read(&path, &ReadOptions::default(), cache.path()).unwrap();
        corpus.ids(&corpus.vocabulary(VocabularyLimits::ALL).unwrap()).unwrap()
    };
    let first = read(0);
    let used = kept(cache.path(), "ids").remove(0);
    let held = first.to_vec();
    for number in 1..9 {
        read(number);
        read(0); // so it is not among the oldest
    }
    assert_eq!((kept(cache.path(), "ids").len(), kept(cache.path(), "text").len()), (4, 4));
    assert!(used.exists());
    drop(read(9));
    assert_eq!(first[..], held[..], "the mapping outlives its name");
}

#[test]
fn text_that_cannot_be_cached_or_has_changed_is_an_error() {
    let folder = folder();
    let blocked = folder.path().join("1.txt").join("cache");
    let error = read(&folder.path().join("6.txt"), &ReadOptions::default(), &blocked).unwrap_err();
    assert!(matches!(error, DataError::Cache { .. }));
    let said = error.describe().in_full().english;
    assert!(said.contains(&*blocked.to_string_lossy()) && said.contains("run.root"), "{said}");

    let cache = tempfile::tempdir().unwrap();
    let corpus = read(folder.path(), &ReadOptions::default(), cache.path()).unwrap();
    std::fs::write(folder.path().join("2.txt"), BUILTIN[0].1).unwrap();
    let error = corpus.ids(&corpus.vocabulary(VocabularyLimits::ALL).unwrap()).unwrap_err();
    assert!(error.to_string().contains("2.txt changed while it was read"), "{error}");
    assert!(kept(cache.path(), "ids").is_empty());
}

#[test]
fn characters_without_an_id_are_reported_before_anything_is_cached() {
    let (folder, cache) = (folder(), tempfile::tempdir().unwrap());
    let corpus = read(folder.path(), &ReadOptions::default(), cache.path()).unwrap();
    let small = Corpus::from_text("tales", BUILTIN[1].1).vocabulary(VocabularyLimits::ALL).unwrap();
    let unknown = |corpus: &Corpus| match corpus.ids(&small).unwrap_err() {
        DataError::OtherCharacters { unknown, .. } => unknown,
        other => panic!("{other}"),
    };
    let large = unknown(&corpus);
    assert!(large.iter().any(|(character, count)| *character == "T" && *count > 0));
    assert!(large.iter().all(|(character, _)| small.id_of(character).is_none()));
    assert_eq!(large, unknown(&Corpus::from_text("the same", corpus.text().unwrap())));
    assert!(kept(cache.path(), "ids").is_empty());
}

#[test]
fn a_large_file_is_inspected_as_its_bytes_are() {
    let folder = folder();
    let options = ReadOptions::default();
    let path = folder.path().join("2.txt");
    let look = Inspection::of(&Source::File(path.clone()), &options).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(look, Inspection::of_bytes(&path.to_string_lossy(), &bytes, &options).unwrap());
    assert!(look.reading.characters > 2000 && look.repeated < 0.02);
}
