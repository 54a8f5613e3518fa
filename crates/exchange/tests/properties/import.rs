//! What must hold of any bytes that are imported.
//!
//! The tests beside this file and the fuzzer (`fuzz/`) hold the program to the same.

use charnn_bundle::Bundle;
use charnn_exchange::{ExchangeError, from_keras, from_torch};
use rawzip::{CompressionMethod, ZipArchiveWriter};
use std::io::Write;

/// The vocabulary of the files in `tests/goldens`, and of a network of three symbols.
const VOCABULARIES: [&str; 2] = [r#"["e","d","爱","c","b","a","\n","\""]"#, r#"["a","b","c"]"#];

/// The first byte says what the others are: a file of PyTorch, the pickle in one, or a vocabulary.
///
/// # Panics
/// Where something does not hold.
pub(crate) fn torch(input: &[u8], weights: &[u8]) {
    let [kind, rest @ ..] = input else { return };
    match kind % 3 {
        0 => every(|vocabulary| from_torch(rest, vocabulary)),
        1 => {
            let storage = [0; 4 * 8 * 18];
            let parts = [("m/data.pkl", rest), ("m/data/0", &storage[..]), ("m/data/1", &storage)];
            let file = archived(&parts);
            every(|vocabulary| from_torch(&file, vocabulary));
        }
        _ => sound(from_torch(weights, rest)),
    }
}

/// The first byte says what the others are: a file of Keras, or the `config.json` in one.
///
/// # Panics
/// Where something does not hold.
pub(crate) fn keras(input: &[u8], weights: &[u8]) {
    let [kind, rest @ ..] = input else { return };
    if kind % 2 == 0 {
        every(|vocabulary| from_keras(rest, vocabulary));
    } else {
        let file = archived(&[("config.json", rest), ("model.weights.h5", weights)]);
        sound(from_keras(&file, VOCABULARIES[0].as_bytes()));
    }
}

fn every(read: impl Fn(&[u8]) -> Result<Bundle, ExchangeError>) {
    for vocabulary in VOCABULARIES {
        sound(read(vocabulary.as_bytes()));
    }
}

/// A network that was read is a whole one; what was not read has a message.
fn sound(read: Result<Bundle, ExchangeError>) {
    match read {
        Ok(bundle) => {
            let bytes = bundle.to_bytes().expect("a network that was read can be written");
            assert!(Bundle::from_bytes(&bytes).is_ok_and(|again| again == bundle));
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}

fn archived(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut archive = ZipArchiveWriter::new(&mut bytes);
    for (name, content) in files {
        let file = archive.new_file(*name).compression_method(CompressionMethod::STORE);
        let (mut entry, config) = file.start().expect("a vector can be written");
        let mut writer = config.wrap(&mut entry);
        writer.write_all(content).expect("a vector can be written");
        let (_, descriptor) = writer.finish().expect("a vector can be written");
        entry.finish(descriptor).expect("a vector can be written");
    }
    archive.finish().expect("a vector can be written");
    bytes
}
