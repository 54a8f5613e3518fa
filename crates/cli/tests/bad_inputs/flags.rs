//! Flags that are wrong, numbers out of range, and errors for programs.

use crate::row::{Row, check, row, train};

#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    let write = |what: &str, flags: &str| row(what).trained().run("generate run --seed 1 --length 3").run(flags);
    let line = |what: &str, line: &str| row(what).run(line);
    vec![
        // 50
        line("a game without a terminal", "play builtin:tales").fails(2, &["terminal"]),
        line("an explanation of nothing", "explain builtin:tales").fails(2, &["--at"]),
        line("a target of two characters", "explain builtin:tales --at a --target ab").fails(2, &["--target", "ab"]),
        line("a target that is its own other", "explain builtin:tales --at a --target e --against e").fails(2, &["--against"]),
        write("temperature zero", "--temperature 0").works(&[]),
        write("a negative temperature", "--temperature -1").fails(2, &["--temperature"]),
        write("a temperature that is not a number", "--temperature nan").fails(2, &[]),
        write("an infinite temperature", "--temperature inf").fails(2, &[]),
        write("a temperature in words", "--temperature hot").fails(2, &[]),
        write("a temperature too hot", "--temperature 101").fails(2, &["101"]),
        // 51
        write("--top-p 0", "--top-p 0").fails(2, &["--top-p"]),
        write("--top-p above 1", "--top-p 1.5").fails(2, &["1.5"]),
        write("a negative --top-k", "--top-k -5").fails(2, &["--top-k"]),
        write("a fraction for --top-k", "--top-k 2.5").fails(2, &["2.5"]),
        write("--top-k above the vocabulary", "--top-k 99999").works(&["--top-k"]),
        write("--top-k 0", "--top-k 0").works(&[]),
        write("--greedy with --temperature", "--greedy --temperature 2").fails(2, &["--greedy"]),
        write("many texts that are the same", "--greedy --count 3").fails(2, &["--count", "--temperature"]),
        // 52
        row("--length 0").trained().run("generate run --length 0").works(&[]),
        row("a length of a trillion").trained().run("generate run --length 1000000000000").fails(2, &["--length", "10000000"]),
        row("a length that overflows").trained().run("generate run --length 99999999999999999999999")
            .fails(2, &["--length"]),
        row("a negative length").trained().run("generate run --length -3").fails(2, &["--length"]),
        write("--count 0", "--count 0").fails(2, &["--count"]),
        write("a window of everything", "--window 18446744073709551615").works(&[]),
        write("a negative window", "--window -1").fails(2, &["--window"]),
        row("a negative seed").trained().run("generate run --seed -1").fails(2, &["--seed"]),
        row("a seed that overflows").trained().run("generate run --seed 18446744073709551616").fails(2, &["--seed"]),
        write("an unknown precision", "--precision f64").fails(2, &["f64"]),
        write("a precision for another device", "--precision bf16 --device auto").fails(2, &["--precision", "--device"]),
        write("an unknown checkpoint", "--checkpoint worst").fails(2, &[]),
        write("an unknown rule for unknown characters", "--on-unknown drop").fails(2, &[]),
        write("a flag without its value", "--window").fails(2, &["--window"]),
        line("overfitting to no batch", "train novel.txt --overfit 0").fails(2, &["--overfit"]),
        line("--overfit with --dry-run", "train novel.txt --overfit 1 --dry-run").fails(2, &[]),
        line("an unknown unit of bytes", "train novel.txt --max-bytes 2XiB").fails(2, &["2XiB", "--max-bytes"]),
        line("no steps to time", "bench --steps 0").fails(2, &["--steps"]),
        line("an unknown workload", "bench dishes").fails(2, &[]),
        // 41
        line("an unknown device", "train novel.txt --device tpu").fails(2, &[]),
        line("a device that needs a feature", "train novel.txt --device ndarray").fails(6, &["--features"]),
        // commands and flags
        line("no command", "").fails(2, &[]),
        line("a misspelt command", "trian novel.txt").fails(2, &[]),
        line("a misspelt flag", "train --devize cpu").fails(2, &["--devize", "--device"]),
        line("a key as a flag", "train novel.txt --epochs 3").fails(2, &["--epochs", "--set", "train.epochs"]),
        line("another program's key as a flag", "train novel.txt --batch=3").fails(2, &["--set", "train.batch_size"]),
        line("a key as a flag without its value", "train novel.txt --hidden-size").fails(2, &["--set", "model.hidden_size"]),
        line("a GPU as a flag before a text", "train --gpu novel.txt").fails(2, &["--gpu", "--device"]).without(&["--set"]),
        line("a GPU as a flag after a text", "train novel.txt --gpu").fails(2, &["--device"]),
        line("the CPU as a flag", "resume run --cpu").fails(2, &["--cpu", "--device"]),
        line("CUDA as a flag", "generate run --cuda").fails(2, &["--device"]),
        line("a key as a flag before a text", "train --hidden novel.txt").fails(2, &["--set", "model.hidden_size"]),
        line("a key that is nearly a flag", "train novel.txt --seed 3").fails(2, &["--set", "train.seed"]),
        line("a key of yes or no as a flag", "train --nesterov novel.txt").fails(2, &["--set", "train.nesterov"]),
        row("a key whose value has a space as a flag").run("train novel.txt --sample-prompt").with("a b").fails(2, &["--set", "sample.prompt"]),
        line("a key as a flag that resuming cannot change", "resume run --seed 3").fails(2, &["train.seed", "--init-from"]).without(&["--set"]),
        line("a key as a flag that resuming can change", "resume run --epochs 30").fails(2, &["--set", "train.epochs"]),
        line("a text after a flag", "train --text novel.txt").fails(2, &["novel.txt"]),
        line("a text after a flag of other commands", "train --data novel.txt").fails(2, &["novel.txt"]),
        line("a text after another flag", "init --input=novel.txt").fails(2, &["--data", "novel.txt"]),
        line("a configuration after a flag", "train --config exp.toml").fails(2, &["exp.toml"]).without(&["--encoding"]),
        line("a run after a flag", "generate --model run").fails(2, &[]),
        line("a long flag with one dash", "train novel.txt -gpu").fails(2, &["-gpu", "--device"]),
        line("a key with one dash", "train novel.txt -epochs=3").fails(2, &["-epochs", "--set", "train.epochs"]),
        line("an assignment with one dash", "train novel.txt -set train.epochs=3").fails(2, &["--set"]),
        line("a prompt of two words in place of a run", "generate once upon").fails(2, &["--prompt"]),
        row("a prompt after a run").trained().run("generate run 从前 有").fails(2, &["--prompt"]),
        line("two runs to evaluate", "evaluate run other").fails(2, &[]).without(&["--prompt"]),
        // commands of other programs
        line("inspect without data", "inspect novel.txt").fails(2, &["novel.txt"]),
        line("convert without data", "convert novel.txt new.txt --to gbk").fails(2, &["novel.txt", "new.txt"]),
        line("looking at a text that is called like a command", "inspect data").fails(2, &[]),
        line("a command called sample", "sample run --length 3").fails(2, &[]),
        line("the version as a command", "version").fails(2, &["--version"]),
        line("a configuration from config", "config init").fails(2, &[]),
        line("config validate", "config validate exp.toml").fails(2, &["exp.toml"]),
        line("validating, with --json", "config validate exp.toml --json").fails(2, &["exp.toml"]),
        line("a configuration as a command", "exp.toml").fails(2, &["exp.toml"]),
        line("a text after data", "data novel.txt").fails(2, &["novel.txt"]),
        line("a text after config", "config exp.toml").fails(2, &["exp.toml"]),
        line("a text in place of a configuration", "init novel.txt").fails(2, &["--data", "novel.txt"]),
        row("a prompt in place of a run").trained().run("generate 从前").fails(5, &["--prompt"]),
        line("an unknown run to evaluate, in Chinese", "evaluate 从前").fails(5, &[]).without(&["--prompt"]),
        // a text as a command
        line("a text as a command", "novel.txt").fails(2, &["novel.txt"]),
        line("one argument too many", "resume run other").fails(2, &[]),
        line("inspect without a file", "data inspect").fails(2, &[]),
        line("an unknown shell", "completions tcsh").fails(2, &[]),
        line("an unknown progress style", "train novel.txt --progress dots").fails(2, &[]),
        row("a flag that contains terminal escapes").run("train").with("--b\u{1b}[31m\u{202e}ad").fails(2, &["u{202e}ad"]),
        row("an argument of two lines").run("trian").with("a\nb").fails(2, &[]),
        // errors for programs
        line("a bad flag, with --json", "generate --json --temperature -1")
            .fails(2, &[]),
        line("a bad text, with --json", "train zzz --json")
            .fails(4, &[]),
        row("a bad configuration, with --json").file("exp.toml", "[data]\npath = \"novel.txt\"\n[train]\nepoch = 3\nseed = -1\n")
            .run("train exp.toml --json")
            .fails(3, &["exp.toml"]),
        row("bad configurations to check, with --json").file("a.toml", "a = 1").file("b.toml", "b = 1").run("config check --json a.toml b.toml")
            .fails(3, &["a.toml", "b.toml"]),
        row("a good configuration, with --json").file("a.toml", "[data]\npath = \"novel.txt\"").run("config check --json a.toml")
            .works(&[]),
        row("an unused key, with --json").file("a.toml", "[data]\npath = \"novel.txt\"\n[train]\nmomentum = 0.9").run("config check --json a.toml")
            .works(&["a.toml", "train.momentum"]),
        line("an unknown run, with --json", "generate nothing --json").fails(5, &[]),
        line("an unknown run to evaluate, with --json", "evaluate nothing --json").fails(5, &[]),
        line("an unknown run to resume, with --json --quiet", "resume nothing --json --quiet").fails(5, &[]),
        line("a missing text to inspect, with --json", "data inspect none.txt --json").fails(4, &["none.txt"]),
        line("a device that needs a feature, with --json", "bench --device ndarray --json").fails(6, &[]),
        row("a terminal escape, with --json").run("train --json --name").with("\u{1b}\u{202e}")
            .fails(3, &["u{1b}", "run.name"]),
        // 53
        row("standard output that is full").trained().run("generate run --length 9").stdout("/dev/full")
            .fails(8, &[]),
        row("standard output that is full, for the help").run("train --help").stdout("/dev/full")
            .fails(8, &[]),
        row("standard output that is full, with --json").run(&train("novel.txt")).run("--json").stdout("/dev/full")
            .fails(8, &[]).while_training(),
        row("a full standard output for inspect").run("data inspect novel.txt").stdout("/dev/full")
            .fails(8, &[]),
        // 58
        row("a dumb terminal").run(&train("novel.txt")).run("--progress bar").variable("TERM", "dumb").variable("COLUMNS", "20")
            .works(&["runs/novel-"]),
    ]
}

#[test]
fn bad_flags() {
    check(&rows());
}
