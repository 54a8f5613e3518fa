//! Prompts from the command line, a file and standard input, processed like the text of the network.

use crate::program::{charnn, stdout};
use std::io::Write as _;
use std::path::Path;
use std::process::Stdio;

/// `charnn generate` with a network that was trained on an English text without indents.
fn generate(folder: &Path, more: &[&str]) -> std::process::Command {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../infer/examples/tales.charnn.safetensors");
    let mut command = charnn(folder, "generate", &[file, "--seed", "1", "--length", "40"]);
    command.args(more);
    command
}

#[test]
fn a_prompt_may_come_from_a_file_in_any_encoding_or_from_standard_input() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let expected = stdout(generate(at, &["--prompt", r"The old man\nand the sea"]));
    assert!(expected.starts_with("The old man\nand the sea"), "{expected}");
    let utf16 = "\u{FEFF}The old man\r\nand the sea\n".encode_utf16();
    let utf16: Vec<u8> = utf16.flat_map(u16::to_le_bytes).collect();
    std::fs::write(at.join("prompt.txt"), utf16).unwrap();
    assert_eq!(stdout(generate(at, &["--prompt-file", "prompt.txt"])), expected);
    for flag in [["--prompt", "-"], ["--prompt-file", "-"]] {
        let mut command = generate(at, &flag);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(b"The old man\nand the sea\n").unwrap();
        let output = child.wait_with_output().unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{flag:?}");
    }
}

#[test]
fn ideographic_indents_of_a_prompt_are_removed_like_those_of_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let expected = stdout(generate(at, &["--prompt", "The old man\nand the sea"]));
    let indented = "\u{3000}\u{3000}The old man\n\u{3000}\u{3000}and the sea";
    assert_eq!(stdout(generate(at, &["--prompt", indented])), expected);
    std::fs::write(at.join("prompt.txt"), indented).unwrap();
    assert_eq!(stdout(generate(at, &["--prompt-file", "prompt.txt"])), expected);
}
