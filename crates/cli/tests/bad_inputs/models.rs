//! Files of other programs where a run is wanted.

use crate::row::{Row, check, row};

#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    let pickle = b"\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.";
    let zip = [&b"PK\x03\x04"[..], &[0; 26], b"archive/data.pkl\x80\x02ccollections\nOrderedDict\n"].concat();
    let refused = ["can run code", "pickle", "charnn train"];
    let hostile = [&(1_u64 << 62).to_le_bytes()[..], b"{}"].concat();
    let of = |what: &str, name: &str, bytes: &[u8]| row(what).file(name, bytes);
    vec![
        // 32
        of("weights alone", "model.safetensors", &[2, 0, 0, 0, 0, 0, 0, 0, b'{', b'}']).run("generate model.safetensors")
            .fails(5, &["model.safetensors"]),
        of("hostile weights", "m.safetensors", &hostile).run("generate m.safetensors").fails(5, &[]),
        of("hostile weights, for --init-from", "m.safetensors", &hostile).run("train novel.txt --init-from m.safetensors")
            .fails(5, &[]),
        of("weights of Keras, to generate with", "novel.h5", b"\x89HDF\r\n\x1a\n").run("generate novel.h5").fails(5, &[]),
        of("weights in ONNX", "m.onnx", b"\x08\x08").run("evaluate m.onnx").fails(5, &[]),
        of("weights as a text", "m.safetensors", &hostile).run("train m.safetensors").fails(4, &["m.safetensors"]),
        of("a text for a run", "book.txt", b"Once upon a time").run("generate book.txt").fails(5, &[]),
        row("a device for a run").run("generate /dev/zero").fails(5, &["/dev/zero"]),
        row("a pipe for a run").by("mkfifo", &["model.pt"]).run("generate model.pt").fails(5, &["model.pt"]),
        // 33
        of("a pickle to generate with", "char-rnn.pt", pickle).run("generate char-rnn.pt").fails(5, &refused),
        of("a packed pickle to generate with", "model.bin", &zip).run("generate model.bin").fails(5, &refused),
        of("a pickle by its bytes alone", "model", pickle).run("generate model").fails(5, &refused),
        of("a pickle of newer Python by its bytes alone", "model", b"\x80\x05\x95\x0b\0").run("generate model").fails(5, &refused),
        of("a pickle by its name alone", "model.ckpt", b"").run("generate model.ckpt").fails(5, &refused),
        of("a pickle for --init-from", "model.pth", pickle).run("train novel.txt --init-from model.pth").fails(5, &refused),
        of("a pickle to resume", "model.pt", pickle).run("resume model.pt").fails(5, &refused),
        of("a pickle to evaluate", "model.pkl", pickle).run("evaluate model.pkl").fails(5, &refused),
        of("a pickle with --json", "model.pt", pickle).run("generate model.pt --json").fails(5, &[]),
        of("a packed pickle as a text", "model.pt", &zip).run("train model.pt").fails(4, &["model.pt"]),
        of("a pickle as a configuration", "model.pt", pickle).run("config check model.pt").fails(3, &["model.pt"]),
    ]
}

#[test]
fn bad_models() {
    check(&rows());
}
