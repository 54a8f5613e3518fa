//! Networks as files: out of a run, into other programs' forms, and back.

use crate::program::{charnn, fails, stdout};
use std::fs::File;
use std::path::Path;
use tempfile::TempDir;

const GENERATE: &str = "--length 40 --seed 3 --quiet --prompt Once";

/// A folder with a text and a run.
fn folder(more: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let tale = "Once upon a time there was a cat.\n".repeat(40);
    std::fs::write(folder.path().join("novel.txt"), tale).unwrap();
    let line = "train novel.txt --name tale --device cpu --quiet --set train.batch_size=4 \
        --set train.seq_length=16 --set train.max_steps=6 --set model.embedding_dim=8 \
        --set model.hidden_size=8";
    stdout(charnn(folder.path(), line, &more.split_whitespace().collect::<Vec<_>>()));
    folder
}

fn generated(folder: &Path, network: &str) -> String {
    let mut words = vec![network];
    words.extend(GENERATE.split_whitespace());
    stdout(charnn(folder, "generate", &words))
}

#[test]
fn a_file_and_a_folder_stand_for_a_run() {
    let folder = folder("--set model.num_layers=3");
    let folder = folder.path();
    let expected = generated(folder, "tale");
    assert_eq!(stdout(charnn(folder, "export tale", &[])), "tale.charnn.safetensors\n");
    assert_eq!(stdout(charnn(folder, "export tale --to hub -o hub", &[])), "hub\n");
    assert_eq!(generated(folder, "tale.charnn.safetensors"), expected);
    assert_eq!(generated(folder, "./hub"), expected);
    let evaluated = |network: &str| {
        stdout(charnn(folder, "evaluate --data novel.txt --device cpu --quiet", &[network]))
    };
    assert_eq!(evaluated("tale.charnn.safetensors"), evaluated("tale"));
    fails(charnn(folder, "evaluate hub", &[]), 2, &["hub", "--data"]);
    let line = "train novel.txt --init-from hub --name more --device cpu --quiet \
        --set train.batch_size=4 --set train.seq_length=16 --set train.max_steps=1";
    stdout(charnn(folder, line, &[]));
    let config = std::fs::read_to_string(folder.join("runs/more/config.toml")).unwrap();
    assert!(config.contains("num_layers = 3"), "{config}");
    // Neither is replaced unless asked.
    fails(charnn(folder, "export tale", &[]), 9, &["tale.charnn.safetensors", "--force"]);
    fails(charnn(folder, "export tale --to hub -o hub", &[]), 9, &["hub"]);
    stdout(charnn(folder, "export tale --to hub -o hub --force", &[]));
    assert_eq!(stdout(charnn(folder, "export tale --to web", &[])), "tale-web\n");
    assert_eq!(generated(folder, "tale-web/network.charnn.safetensors"), expected);
    assert!(folder.join("tale-web/index.html").is_file());
    fails(charnn(folder, "export tale -o no/such/file", &[]), 8, &["no/such/file"]);
}

#[test]
fn a_network_goes_to_other_programs_and_comes_back() {
    for cell in ["rnn", "gru", "lstm"] {
        let folder = folder(&format!("--set model.cell=\"{cell}\" --set model.num_layers=2"));
        let folder = folder.path();
        stdout(charnn(folder, "export tale --to torch -o torch", &[]));
        assert!(folder.join("torch/load.py").is_file());
        let expected = generated(folder, "tale");
        let back = stdout(charnn(folder, "import torch --from torch", &[]));
        assert_eq!(back, "torch.charnn.safetensors\n");
        assert_eq!(generated(folder, "torch.charnn.safetensors"), expected, "{cell}");
        stdout(charnn(folder, "export tale --to keras", &[]));
        for (file, name) in [("", "tale-keras"), ("/model.weights.h5", "model")] {
            let file = format!("tale-keras{file}");
            let back = stdout(charnn(folder, "import --from keras", &[&file]));
            assert_eq!(back, format!("{name}.charnn.safetensors\n"));
            assert_eq!(generated(folder, back.trim()), expected, "{cell} {file}");
        }
    }
}

#[test]
fn what_cannot_be_exported_is_refused_by_name() {
    let folder = folder("--set model.cell=\"mingru\"");
    for to in ["torch", "keras", "onnx"] {
        let words = &["mingru", "--to bundle"];
        fails(charnn(folder.path(), "export tale --to", &[to]), 5, words);
        assert!(!folder.path().join(format!("tale-{to}")).exists());
    }
}

#[test]
fn onnx_is_a_model_with_a_program() {
    let folder = folder("--set model.num_layers=3 --set model.layer_norm=true");
    let folder = folder.path();
    assert_eq!(stdout(charnn(folder, "export tale --to onnx", &[])), "tale-onnx\n");
    for file in ["model.onnx", "vocab.json", "run.py"] {
        assert!(folder.join("tale-onnx").join(file).is_file(), "{file}");
    }
}

#[test]
fn bad_files_are_refused() {
    let folder = folder("");
    let folder = folder.path();
    stdout(charnn(folder, "export tale --to torch -o torch", &[]));
    let weights = std::fs::read(folder.join("torch/model.safetensors")).unwrap();
    let huge = [&(1_u64 << 62).to_le_bytes()[..], b"{}"].concat();
    let zip = [&b"PK\x03\x04"[..], &[0; 40]].concat();
    stdout(charnn(folder, "export tale --to keras -o keras", &[]));
    let archive = std::fs::read(folder.join("keras/model.keras")).unwrap();
    std::fs::write(folder.join("cut.keras"), &archive[..archive.len() / 2]).unwrap();
    // A pickle that would call os.system.
    std::fs::write(folder.join("old.pt"), b"\x80\x02cos\nsystem\n(X\x04\0\0\0truetR.").unwrap();
    std::fs::write(folder.join("cut.safetensors"), &weights[..weights.len() / 2]).unwrap();
    std::fs::write(folder.join("alone.safetensors"), &weights).unwrap();
    std::fs::write(folder.join("huge.safetensors"), huge).unwrap();
    std::fs::write(folder.join("model.pt"), zip).unwrap();
    std::fs::write(folder.join("few.json"), "[\"a\", \"b\"]").unwrap();
    File::create(folder.join("endless.safetensors")).unwrap().set_len(1 << 40).unwrap();
    for (line, words) in [
        ("import cut.safetensors --vocab torch/vocab.json", &["cut.safetensors", "damaged"][..]),
        ("import huge.safetensors --vocab torch/vocab.json", &["header"]),
        ("import endless.safetensors --vocab torch/vocab.json", &["endless.safetensors"]),
        ("import model.pt --vocab torch/vocab.json", &["model.pt", "damaged"]),
        ("import old.pt --vocab torch/vocab.json", &["old.pt", "torch.load"]),
        ("import keras/model.keras", &["model.keras", "torch.save"]),
        ("import novel.txt --vocab torch/vocab.json", &["torch.save", "--from keras"]),
        ("import torch --vocab few.json", &["2 symbols", "--vocab"]),
        ("import torch --vocab novel.txt", &["novel.txt", "JSON"]),
        ("import cut.safetensors", &["cut.safetensors", "damaged"]),
        ("import alone.safetensors", &["vocab.json", "--vocab"]),
        ("import missing.safetensors", &["missing.safetensors"]),
        ("import /dev/zero --vocab torch/vocab.json", &["/dev/zero"]),
        ("import runs --vocab torch/vocab.json", &["model.safetensors"]),
    ] {
        fails(charnn(folder, line, &["--from", "torch"]), 5, words);
    }
    for (line, words) in [
        ("import cut.keras --vocab torch/vocab.json", &["cut.keras", "damaged"][..]),
        ("import torch/model.safetensors", &["model.save", "--from torch"]),
        ("import keras --vocab few.json", &["2 symbols", "--vocab"]),
        ("import torch", &["model.keras"]),
    ] {
        fails(charnn(folder, line, &["--from", "keras"]), 5, words);
    }
    // A PyTorch state dict is not a charnn network, whatever its file is called.
    std::fs::write(folder.join("x.charnn.safetensors"), weights).unwrap();
    fails(charnn(folder, "generate x.charnn.safetensors", &[]), 5, &["charnn import"]);
    let made = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    assert!(made.into_iter().all(|name| !name.to_string_lossy().starts_with(".tmp-")));
}
