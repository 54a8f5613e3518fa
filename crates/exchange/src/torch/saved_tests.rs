//! Files of `torch.save`, made by hand: what is read, and what is refused.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use super::pickle::{Number, StateDict, state_dict};
use super::tests::{bundle, exported};
use super::{PickleError, from_torch};
use crate::archive::archived;
use crate::error::ExchangeError;
use charnn_bundle::{Bundle, Cell, HostTensor, from_safetensors};
use charnn_message::Describe;
use proptest::prelude::*;

fn text(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap().to_le_bytes();
    [b"X", &length[..], text.as_bytes()].concat()
}

fn tuple(parts: &[Vec<u8>]) -> Vec<u8> {
    [b"(".to_vec(), parts.concat(), b"t".to_vec()].concat()
}

fn whole(number: usize) -> Vec<u8> {
    [b"J", &u32::try_from(number).unwrap().to_le_bytes()[..]].concat()
}

/// The instructions for a tensor that is all of the storage `key`.
fn tensor(key: usize, storage: &str, shape: &[usize]) -> Vec<u8> {
    let count = shape.iter().product();
    let strides = (1..=shape.len()).map(|axis| whole(shape[axis..].iter().product()));
    let kind = format!("ctorch\n{storage}\n").into_bytes();
    let place = [text("storage"), kind, text(&key.to_string()), text("cpu"), whole(count)];
    tuple(&[
        [tuple(&place), b"Q".to_vec()].concat(),
        whole(0),
        tuple(&shape.iter().map(|&size| whole(size)).collect::<Vec<_>>()),
        tuple(&strides.collect::<Vec<_>>()),
        b"\x89ccollections\nOrderedDict\n)R".to_vec(),
    ])
}

/// The pickle of an ordered dict of values.
fn dict(items: &[(String, Vec<u8>)]) -> Vec<u8> {
    let items = items.iter().map(|(name, value)| [text(name), value.clone()].concat());
    let items: Vec<u8> = items.collect::<Vec<_>>().concat();
    [&b"ccollections\nOrderedDict\nq\x00)Rq\x01("[..], &items, b"u}X\x09\0\0\0_metadatah\x01sb"]
        .concat()
}

fn rebuilt(tensor: Vec<u8>) -> Vec<u8> {
    [b"ctorch._utils\n_rebuild_tensor_v2\n".to_vec(), tensor, b"R".to_vec()].concat()
}

fn pickle(instructions: &[u8]) -> Vec<u8> {
    [b"\x80\x02", instructions, b"."].concat()
}

/// A pickle and the storages that it names.
type Saved = (Vec<u8>, Vec<Vec<u8>>);
/// The bytes of a number.
type Encode = fn(f32) -> Vec<u8>;

/// A file of `torch.save` with a pickle and storages.
fn file(pickle: &[u8], storages: &[Vec<u8>]) -> Vec<u8> {
    let names: Vec<String> = (0..storages.len()).map(|key| format!("model/data/{key}")).collect();
    let mut files = vec![("model/data.pkl", pickle), ("model/byteorder", b"little")];
    files.extend(names.iter().map(String::as_str).zip(storages.iter().map(Vec::as_slice)));
    archived(&files).unwrap()
}

/// A state dict in the zip form, with the number format that `encode` writes.
fn saved(tensors: &[HostTensor], storage: &str, encode: Encode) -> Saved {
    let all = tensors.iter().enumerate();
    let items: Vec<_> =
        all.map(|(key, it)| (it.name.clone(), rebuilt(tensor(key, storage, &it.shape)))).collect();
    let storages = tensors.iter().map(|it| it.values.iter().flat_map(|&it| encode(it)).collect());
    (dict(&items), storages.collect())
}

fn f32_bytes(value: f32) -> Vec<u8> {
    value.to_le_bytes().to_vec()
}

/// A network, its tensors in PyTorch's form, and its vocabulary.
fn network() -> (Bundle, Vec<HostTensor>, Vec<u8>) {
    let network = bundle(Cell::Gru, 2, false, false);
    let [weights, vocabulary] = exported(&network);
    (network, from_safetensors(&weights).unwrap().into_values().collect(), vocabulary)
}

#[test]
fn state_dicts_of_all_number_formats_are_read() {
    let (network, mut tensors, vocabulary) = network();
    let (instructions, storages) = saved(&tensors, "FloatStorage", f32_bytes);
    let read = from_torch(&file(&pickle(&instructions), &storages), &vocabulary);
    assert_eq!(read.unwrap(), network);
    let (instructions, storages) =
        saved(&tensors, "DoubleStorage", |value| f64::from(value).to_le_bytes().to_vec());
    let read = from_torch(&file(&pickle(&instructions), &storages), &vocabulary);
    assert_eq!(read.unwrap(), network);
    // Numbers that bfloat16 and half precision hold exactly.
    for tensor in &mut tensors {
        tensor.values.fill(1.5);
    }
    let formats: [(&str, Encode); 2] = [
        ("BFloat16Storage", |value| value.to_le_bytes()[2..].to_vec()),
        ("HalfStorage", |_| 0x3E00_u16.to_le_bytes().to_vec()),
    ];
    for (storage, encode) in formats {
        let (instructions, storages) = saved(&tensors, storage, encode);
        let read = from_torch(&file(&pickle(&instructions), &storages), &vocabulary).unwrap();
        assert!(read.tensors().iter().flat_map(|it| &it.values).all(|it| [1.5, 3.0].contains(it)));
    }
}

#[test]
fn the_state_dict_of_a_checkpoint_is_found() {
    let (network, tensors, vocabulary) = network();
    let (instructions, storages) = saved(&tensors, "FloatStorage", f32_bytes);
    let items = [
        ("epoch".to_owned(), b"K\x07".to_vec()),
        ("model_state_dict".to_owned(), instructions.clone()),
        (
            "optimizer".to_owned(),
            [b"}(", &text("state")[..], b"}", &text("x"), b"]K\x01au"].concat(),
        ),
        ("loss".to_owned(), b"G\x3f\xf0\0\0\0\0\0\0".to_vec()),
    ];
    let read = from_torch(&file(&pickle(&dict(&items)), &storages), &vocabulary);
    assert_eq!(read.unwrap(), network);
    let two = [("a".to_owned(), instructions.clone()), ("b".to_owned(), instructions)];
    let error = from_torch(&file(&pickle(&dict(&two)), &storages), &vocabulary).unwrap_err();
    assert!(matches!(error, ExchangeError::Pickle(PickleError::NoStateDict)), "{error}");
}

#[test]
fn code_is_refused_by_name_and_not_run() {
    let told = |instructions: &[u8]| {
        let message = state_dict(&pickle(instructions)).unwrap_err().describe();
        assert!(!message.hints.is_empty(), "{message}");
        message.to_string()
    };
    assert!(told(b"cos\nsystem\n(X\x04\0\0\0truetR").contains("os.system"));
    assert!(told(b"cbuiltins\neval\n").contains("builtins.eval"));
    assert!(told(b"c__main__\nNetwork\n)\x81").contains("__main__.Network"));
    assert!(told(b"\x8c\x02os\x8c\x06system\x93").contains("os.system"));
    assert!(told(b"ctorch._utils\n_rebuild_parameter\n").contains("_rebuild_parameter"));
    assert!(told(b"ctorch\nLongStorage\n").contains("torch.LongStorage"));
    // The instructions INST, OBJ and NEWOBJ, and extensions.
    for (code, name) in [(b'i', "0x69"), (b'o', "0x6f"), (0x81, "0x81"), (0x82, "0x82")] {
        assert!(told(&[b'N', code]).contains(name));
    }
    // The attributes of anything but a dict.
    assert!(told(b"N}b").contains("0x62"));
    // Calls of what is known, with other arguments.
    assert!(told(b"ctorch\nFloatStorage\n)R").contains("damaged"));
    assert!(told(b"ccollections\nOrderedDict\n(Ntt").contains("damaged"));
}

#[test]
fn pickles_that_make_no_sense_are_refused() {
    let error = |instructions: &[u8]| state_dict(&pickle(instructions)).unwrap_err();
    for instructions in [
        &b""[..],
        b"h\x05",
        b"t",
        b"\x86",
        b"(\x86",
        b"u",
        b"(Nu",
        b"}Nu",
        b"R",
        b"NR",
        b"Q",
        b")Q",
        b"X\xff\xff\xff\xff",
        b"\x8d\xff\xff\xff\xff\xff\xff\xff\xff",
        b"\x8a\x09111111111",
        b"X\x01\0\0\0\xff",
        b"(0",
    ] {
        assert!(
            matches!(
                error(instructions),
                PickleError::Damaged { .. } | PickleError::Instruction { .. }
            ),
            "{instructions:?}"
        );
    }
    assert!(matches!(error(b"N"), PickleError::NoStateDict));
    assert!(matches!(error(b"}"), PickleError::NoStateDict));
    let long = vec![b'N'; (1 << 20) + 1];
    assert!(matches!(state_dict(&long), Err(PickleError::TooLong { .. })));
    // Tuples in tuples in tuples: no recursion follows them.
    let nested = pickle(&[&b")"[..], &vec![0x85; 1 << 19]].concat());
    assert!(matches!(state_dict(&nested), Err(PickleError::NoStateDict)));
    let axes = tensor(0, "FloatStorage", &[1; 9]);
    assert!(matches!(error(&rebuilt(axes)), PickleError::Damaged { .. }));
}

#[test]
fn whole_numbers_of_all_widths_are_read() {
    let shaped = |size: &[u8]| {
        let place =
            [text("storage"), b"ctorch\nFloatStorage\n".to_vec(), text("0"), text("cpu"), whole(1)];
        let place = [tuple(&place), b"Q".to_vec()].concat();
        let view = rebuilt(tuple(&[place, whole(0), tuple(&[size.to_vec()]), tuple(&[whole(1)])]));
        let read = state_dict(&pickle(&dict(&[("a".to_owned(), view)])));
        read.map(|StateDict { storages, tensors }| (storages[0].number, tensors[0].1.shape[0]))
    };
    assert_eq!(shaped(b"K\xff").unwrap(), (Number::F32, 255));
    assert_eq!(shaped(b"M\x01\x02").unwrap().1, 513);
    assert_eq!(shaped(b"J\x01\x02\x03\x04").unwrap().1, 0x0403_0201);
    assert_eq!(shaped(b"\x8a\x05\x01\x02\x03\x04\x05").unwrap().1, 0x05_0403_0201);
    assert_eq!(shaped(b"\x8a\x00").unwrap().1, 0);
    assert!(matches!(shaped(b"\x8a\x01\xff"), Err(PickleError::Damaged { .. })), "-1");
    assert!(matches!(shaped(b"J\xff\xff\xff\xff"), Err(PickleError::Damaged { .. })), "-1");
}

#[test]
fn archives_that_are_no_state_dicts_are_told_apart() {
    let read =
        |files: &[(&str, &[u8])]| match from_torch(&archived(files).unwrap(), b"[\"a\", \"b\"]")
            .unwrap_err()
        {
            ExchangeError::Pickle(error) => error,
            other => panic!("{other}"),
        };
    assert!(matches!(read(&[("config.json", b"{}")]), PickleError::NotSaved));
    assert!(matches!(read(&[("a/data.pkl", b""), ("b/data.pkl", b"")]), PickleError::NotSaved));
    let script: [(&str, &[u8]); 2] = [("a/data.pkl", b""), ("a/code/__torch__.py", b"")];
    assert!(matches!(read(&script), PickleError::NotSaved));
    let big: [(&str, &[u8]); 2] = [("a/data.pkl", b""), ("a/byteorder", b"big")];
    assert!(matches!(read(&big), PickleError::BigEndian));
    let (_, tensors, _) = network();
    let (instructions, mut storages) = saved(&tensors, "FloatStorage", f32_bytes);
    let instructions = pickle(&instructions);
    let error =
        |storages: &[Vec<u8>]| from_torch(&file(&instructions, storages), b"[]").unwrap_err();
    storages[1].truncate(8);
    assert!(error(&storages).to_string().contains("reaches beyond"));
    storages.truncate(1);
    assert!(error(&storages).to_string().contains("model/data/1"));
    // One storage for thousands of tensors.
    let shared = |name: usize| (name.to_string(), rebuilt(tensor(0, "FloatStorage", &[5])));
    let many = pickle(&dict(&(0..100).map(shared).collect::<Vec<_>>()));
    let error = from_torch(&file(&many, &[vec![0; 20]]), b"[]").unwrap_err();
    assert!(error.to_string().contains("repeats"), "{error}");
}

#[test]
fn no_missing_end_is_overlooked() {
    let (_, tensors, vocabulary) = network();
    let (instructions, storages) = saved(&tensors, "FloatStorage", f32_bytes);
    let whole = file(&pickle(&instructions), &storages);
    for end in 0..whole.len() {
        assert!(from_torch(&whole[..end], &vocabulary).is_err(), "{end} bytes");
    }
    let pickle = pickle(&instructions);
    for end in 0..pickle.len() {
        assert!(state_dict(&pickle[..end]).is_err(), "{end} bytes of the pickle");
    }
}

proptest! {
    #[test]
    fn no_pickle_panics(
        noise in prop::collection::vec(any::<u8>(), 0..100),
        places in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let _ = state_dict(&noise);
        let _ = state_dict(&pickle(&noise));
        let (_, tensors, vocabulary) = network();
        let (instructions, storages) = saved(&tensors, "FloatStorage", f32_bytes);
        let mut changed = pickle(&instructions);
        let count = changed.len();
        for (place, byte) in &places {
            changed[place.index(count)] = *byte;
        }
        let _ = from_torch(&file(&changed, &storages), &vocabulary);
        let mut archive = file(&pickle(&instructions), &storages);
        let count = archive.len();
        for (place, byte) in places {
            archive[place.index(count)] = byte;
        }
        let _ = from_torch(&archive, &vocabulary);
    }
}
