//! Flags that are wrong, numbers out of range, and errors for programs.

use crate::row::{Row, check, row, train};

#[rustfmt::skip]
pub(crate) fn rows() -> Vec<Row> {
    let write = |what: &str, flags: &str| row(what).trained().run("generate run --seed 1 --length 3").run(flags);
    let line = |what: &str, line: &str| row(what).run(line);
    vec![
        // 50
        write("temperature zero", "--temperature 0").works(&[]),
        write("a negative temperature", "--temperature -1").fails(2, &["--temperature"]),
        write("a temperature that is not a number", "--temperature nan").fails(2, &[]),
        write("a temperature without end", "--temperature inf").fails(2, &[]),
        write("a temperature in words", "--temperature hot").fails(2, &[]),
        write("a temperature too hot", "--temperature 101").fails(2, &["101"]),
        // 51
        write("no choice of characters", "--top-p 0").fails(2, &["--top-p"]),
        write("more than all characters", "--top-p 1.5").fails(2, &["1.5"]),
        write("a negative choice", "--top-k -5").fails(2, &["--top-k"]),
        write("a choice of a fraction", "--top-k 2.5").fails(2, &["2.5"]),
        write("a choice of more than there are", "--top-k 99999").works(&["--top-k"]),
        write("a choice of all", "--top-k 0").works(&[]),
        write("two answers to one question", "--greedy --temperature 2").fails(2, &["--greedy"]),
        write("many texts that are the same", "--greedy --count 3").fails(2, &["--count", "--temperature"]),
        // 52
        row("no length").trained().run("generate run --length 0").works(&[]),
        row("a length of a trillion").trained().run("generate run --length 1000000000000").fails(2, &["--length", "10000000"]),
        row("a length beyond all numbers").trained().run("generate run --length 99999999999999999999999")
            .fails(2, &["--length"]),
        row("a negative length").trained().run("generate run --length -3").fails(2, &["--length"]),
        write("no texts", "--count 0").fails(2, &["--count"]),
        write("a window of everything", "--window 18446744073709551615").works(&[]),
        write("a negative window", "--window -1").fails(2, &["--window"]),
        row("a negative seed").trained().run("generate run --seed -1").fails(2, &["--seed"]),
        row("a seed beyond all").trained().run("generate run --seed 18446744073709551616").fails(2, &["--seed"]),
        write("a precision that is none", "--precision f64").fails(2, &["f64"]),
        write("a precision for another device", "--precision bf16 --device auto").fails(2, &["--precision", "--device"]),
        write("a checkpoint that is none", "--checkpoint worst").fails(2, &[]),
        write("a rule that is none", "--on-unknown drop").fails(2, &[]),
        write("a flag without its value", "--window").fails(2, &["--window"]),
        line("learning nothing by heart", "train novel.txt --overfit 0").fails(2, &["--overfit"]),
        line("two rehearsals", "train novel.txt --overfit 1 --dry-run").fails(2, &[]),
        line("bytes in words", "train novel.txt --max-bytes 2XiB").fails(2, &["2XiB", "--max-bytes"]),
        line("no steps to time", "bench --steps 0").fails(2, &["--steps"]),
        line("work that there is not", "bench dishes").fails(2, &[]),
        // 41
        line("a device that there is not", "train novel.txt --device tpu").fails(2, &[]),
        line("a device that this build has not", "train novel.txt --device ndarray").fails(6, &["--features"]),
        // commands and flags
        line("no command", "").fails(2, &[]),
        line("a misspelt command", "trian novel.txt").fails(2, &[]),
        line("a misspelt flag", "train --devize cpu").fails(2, &["--devize", "--device"]),
        line("a key as a flag", "train novel.txt --epochs 3").fails(2, &["--epochs", "--set", "train.epochs"]),
        line("another program's key as a flag", "train novel.txt --batch=3").fails(2, &["--set", "train.batch_size"]),
        line("a key as a flag without its value", "train novel.txt --hidden-size").fails(2, &["--set", "model.hidden_size"]),
        line("a GPU as a flag before a text", "train --gpu novel.txt").fails(2, &["--gpu", "--device"]).without(&["--set"]),
        line("a GPU as a flag behind a text", "train novel.txt --gpu").fails(2, &["--device"]),
        line("the CPU as a flag", "resume run --cpu").fails(2, &["--cpu", "--device"]),
        line("CUDA as a flag", "generate run --cuda").fails(2, &["--device"]),
        line("a key as a flag before a text", "train --hidden novel.txt").fails(2, &["--set", "model.hidden_size"]),
        line("a key that is nearly a flag", "train novel.txt --seed 3").fails(2, &["--set", "train.seed"]),
        line("a key of yes or no as a flag", "train --nesterov novel.txt").fails(2, &["--set", "train.nesterov"]),
        row("a key whose value has a space as a flag").run("train novel.txt --sample-prompt").with("a b").fails(2, &["--set", "sample.prompt"]),
        line("a key as a flag that resuming cannot change", "resume run --seed 3").fails(2, &["train.seed", "--init-from"]).without(&["--set"]),
        line("a key as a flag that resuming can change", "resume run --epochs 30").fails(2, &["--set", "train.epochs"]),
        line("a text behind a flag", "train --text novel.txt").fails(2, &["novel.txt"]),
        line("a text behind a flag of other commands", "train --data novel.txt").fails(2, &["novel.txt"]),
        line("a text behind another flag", "init --input=novel.txt").fails(2, &["--data", "novel.txt"]),
        line("a configuration behind a flag", "train --config exp.toml").fails(2, &["exp.toml"]).without(&["--encoding"]),
        line("a run behind a flag", "generate --model run").fails(2, &[]),
        line("a long flag with one dash", "train novel.txt -gpu").fails(2, &["-gpu", "--device"]),
        line("a key with one dash", "train novel.txt -epochs=3").fails(2, &["-epochs", "--set", "train.epochs"]),
        line("an assignment with one dash", "train novel.txt -set train.epochs=3").fails(2, &["--set"]),
        line("a prompt of two words in place of a run", "generate once upon").fails(2, &["--prompt"]),
        row("a prompt behind a run").trained().run("generate run 从前 有").fails(2, &["--prompt"]),
        line("one run too many to be measured", "evaluate run other").fails(2, &[]).without(&["--prompt"]),
        // commands of other programs
        line("looking without data", "inspect novel.txt").fails(2, &["novel.txt"]),
        line("converting without data", "convert novel.txt new.txt --to gbk").fails(2, &["novel.txt", "new.txt"]),
        line("looking at a text that is called like a command", "inspect data").fails(2, &[]),
        line("sampling", "sample run --length 3").fails(2, &[]),
        line("the version as a command", "version").fails(2, &["--version"]),
        line("a configuration from config", "config init").fails(2, &[]),
        line("validating", "config validate exp.toml").fails(2, &["exp.toml"]),
        line("validating, for a program", "config validate exp.toml --json").fails(2, &["exp.toml"]),
        line("an experiment as a command", "exp.toml").fails(2, &["exp.toml"]),
        line("a text behind data", "data novel.txt").fails(2, &["novel.txt"]),
        line("a text behind config", "config exp.toml").fails(2, &["exp.toml"]),
        line("a text in place of a configuration", "init novel.txt").fails(2, &["--data", "novel.txt"]),
        row("a prompt in place of a run").trained().run("generate 从前").fails(5, &["--prompt"]),
        line("a run that is none, to be measured", "evaluate 从前").fails(5, &[]).without(&["--prompt"]),
        // a text as a command
        line("a text as a command", "novel.txt").fails(2, &["novel.txt"]),
        line("one argument too many", "resume run other").fails(2, &[]),
        line("nothing to look at", "data inspect").fails(2, &[]),
        line("a shell that is none", "completions tcsh").fails(2, &[]),
        line("progress in another way", "train novel.txt --progress dots").fails(2, &[]),
        row("a flag that gives orders to a terminal").run("train").with("--b\u{1b}[31m\u{202e}ad").fails(2, &["u{202e}ad"]),
        row("an argument of two lines").run("trian").with("a\nb").fails(2, &[]),
        // errors for programs
        line("a bad flag, for a program", "generate --json --temperature -1")
            .fails(2, &[]),
        line("a bad text, for a program", "train zzz --json")
            .fails(4, &[]),
        row("a bad configuration, for a program").file("exp.toml", "[data]\npath = \"novel.txt\"\n[train]\nepoch = 3\nseed = -1\n")
            .run("train exp.toml --json")
            .fails(3, &["exp.toml"]),
        row("bad configurations to be checked, for a program").file("a.toml", "a = 1").file("b.toml", "b = 1").run("config check --json a.toml b.toml")
            .fails(3, &["a.toml", "b.toml"]),
        row("a good configuration, for a program").file("a.toml", "[data]\npath = \"novel.txt\"").run("config check --json a.toml")
            .works(&[]),
        row("a key that nothing reads, for a program").file("a.toml", "[data]\npath = \"novel.txt\"\n[train]\nmomentum = 0.9").run("config check --json a.toml")
            .works(&["a.toml", "train.momentum"]),
        line("no run, for a program", "generate nothing --json").fails(5, &[]),
        line("no run to be measured, for a program", "evaluate nothing --json").fails(5, &[]),
        line("no run to go on with, for a program that wants quiet", "resume nothing --json --quiet").fails(5, &[]),
        line("no text to look at, for a program", "data inspect none.txt --json").fails(4, &["none.txt"]),
        line("a device that this build has not, for a program", "bench --device ndarray --json").fails(6, &[]),
        row("an order to a terminal, for a program").run("train --json --name").with("\u{1b}\u{202e}")
            .fails(3, &["u{1b}", "run.name"]),
        // 53
        row("standard output that is full").trained().run("generate run --length 9").stdout("/dev/full")
            .fails(8, &[]),
        row("standard output that is full, for the help").run("train --help").stdout("/dev/full")
            .fails(8, &[]),
        row("standard output that is full, for a program").run(&train("novel.txt")).run("--json").stdout("/dev/full")
            .fails(8, &[]).while_training(),
        row("standard output that is full, to look at a text").run("data inspect novel.txt").stdout("/dev/full")
            .fails(8, &[]),
        // 58
        row("a terminal that can do nothing").run(&train("novel.txt")).run("--progress bar").variable("TERM", "dumb").variable("COLUMNS", "20")
            .works(&["runs/novel-"]),
    ]
}

#[test]
fn bad_flags() {
    check(&rows());
}
