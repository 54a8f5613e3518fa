//! Reports of real run folders: what they contain, what they never contain, and how large they are.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

mod small;

use charnn_infer::NoveltyMeter;
use charnn_message::{Describe, Language, text};
use charnn_report::{MARK, ReportedRun, Reproduction, SampleNovelty, report};
use charnn_runs::{RunDir, SessionRow};
use small::{page, run};
use std::path::Path;
use std::time::{Duration, Instant};

/// Everything that would load something, or run something that is not part of the program.
fn is_self_contained(page: &str) {
    for word in ["http://", "https://", "src=", "url(", "@import", "<link", "<iframe", "onclick=\""]
    {
        assert!(!page.contains(word), "the page has {word}");
    }
    let links: Vec<&str> = page.split("href=\"").skip(1).collect();
    assert!(links.iter().all(|link| link.starts_with('#')), "links stay on the page");
    assert!(page.contains("default-src &#39;none&#39;"));
}

/// Elements that are opened and closed, in order.
fn is_balanced(page: &str) {
    let void = ["meta", "input", "br"];
    let mut open: Vec<String> = Vec::new();
    let mut rest = page;
    while let Some(at) = rest.find('<') {
        rest = &rest[at + 1..];
        if rest.starts_with('!') {
            continue;
        }
        let end = rest.find('>').expect("a tag ends");
        let name: String = rest[..end]
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .collect();
        if rest.starts_with('/') {
            assert_eq!(open.pop().as_deref(), Some(&*name), "closes another element");
        } else if !void.contains(&&*name) {
            if name == "script" || name == "style" {
                let end = format!("</{name}>");
                let close = rest.find(&end).expect("it ends");
                rest = &rest[close + end.len()..];
                continue;
            }
            open.push(name);
        }
        rest = &rest[end..];
    }
    assert!(open.is_empty(), "open at the end: {open:?}");
}

/// The labels at the ends of the lines of a chart.
fn end_labels<'p>(page: &'p str, id: &str) -> Vec<&'p str> {
    let chart = page.split(&format!("id=\"{id}\"")).nth(1).unwrap();
    let chart = chart.split("</figure>").next().unwrap();
    let ends = chart.split("class=\"ends\"").nth(1).unwrap().split("</div>").next().unwrap();
    let labels = ends.split("<span").skip(1);
    labels.map(|it| it.split('>').nth(1).unwrap().split('<').next().unwrap()).collect()
}

#[test]
fn every_line_has_its_label_wherever_it_ends() {
    let folder = tempfile::tempdir().unwrap();
    for (steps, last) in [(400, 400), (400, 350), (400, 150), (89, 50)] {
        let run = run(folder.path(), &format!("tale-{steps}-{last}"), steps, 1);
        let path = run.path().join("metrics.jsonl");
        let rows = std::fs::read_to_string(&path).unwrap();
        // The last evaluation was at this step.
        let is_kept = |row: &&str| {
            let row: serde_json::Value = serde_json::from_str(row).unwrap();
            row.get("val_loss").is_none() || row["step"].as_u64().unwrap() <= last
        };
        let kept: Vec<&str> = rows.lines().filter(is_kept).collect();
        std::fs::write(&path, kept.join("\n") + "\n").unwrap();
        let page = page(&[run], Language::English);
        let labels = end_labels(&page, "loss");
        assert_eq!(labels.len(), 2, "{steps} {last}: {labels:?}");
        assert!(labels.contains(&"training") && labels.contains(&"validation"), "{labels:?}");
        assert_eq!(page.contains("class=\"inside t1\""), last * 4 < steps * 3, "{steps} {last}");
    }
}

#[test]
fn passages_that_samples_copy_are_marked() {
    let folder = tempfile::tempdir().unwrap();
    let mut one = ReportedRun::read(&run(folder.path(), "one", 60, 1));
    let mut other = ReportedRun::read(&run(folder.path(), "other", 60, 2));
    let copied = "the <cat> sat on the mat & purred";
    one.samples.truncate(2);
    one.samples[0].text = format!("Zzz. {copied}!");
    one.samples[1].text = "nothing of it".to_owned();
    let texts: Vec<String> = one.samples.iter().map(|it| it.text.clone()).collect();
    let mut meter = NoveltyMeter::new(texts);
    meter.read(format!("Once {copied}.").chars());
    one.novelty = SampleNovelty::Compared(meter.finish());
    other.novelty = SampleNovelty::Unknown(text!(en: "x.txt is gone", zh: "x.txt 不见了"));
    let how = vec![Reproduction::default(), Reproduction::default()];
    let alone = report(std::slice::from_ref(&one), &how[..1], Language::English);
    let marked = "Zzz.<mark> the &lt;cat&gt; sat on the mat &amp; purred</mark>!";
    assert!(alone.contains(marked), "{alone}");
    assert!(alone.contains("87 % copied, longest passage 34<"), "34 of 39 characters");
    assert!(alone.contains("0 % copied, longest passage 2<"), "two letters are no passage");
    assert_eq!(alone.matches("<mark>").count(), 1);
    is_balanced(&alone);
    let both = report(&[one, other], &how, Language::Chinese);
    assert!(both.contains("x.txt 不见了") && both.contains("下划线"), "{both}");
    is_balanced(&both);
}

#[test]
fn a_report_of_one_run_has_everything() {
    let folder = tempfile::tempdir().unwrap();
    let run = run(folder.path(), "tale", 400, 1);
    let session = SessionRow {
        program: "charnn 9.9".into(),
        system: "linux on x86_64".into(),
        device: "AMD EPYC".into(),
        threads: 2,
        origins: [("train.seed".to_owned(), "--set".to_owned())].into(),
        baselines: [("unigram".to_owned(), 3.25), ("trigram".to_owned(), 2.125)].into(),
        ..SessionRow::now()
    };
    run.add_session(&session).unwrap();
    let resumed = SessionRow { step: 200, ..session };
    run.add_session(&resumed).unwrap();
    let page = page(&[run], Language::English);
    assert!(page.contains("when the run was resumed (train.seed)"));
    assert!(page.starts_with(MARK));
    is_self_contained(&page);
    is_balanced(&page);
    for id in ["loss", "learning-rate", "gradient-norm", "throughput"] {
        assert!(page.contains(&format!("id=\"{id}\"")), "no chart {id}");
    }
    for text in [
        "character frequencies 3.25",
        "order-2 model 2.125",
        "uniform guessing 0.6931",
        "at step 400",
        "charnn train runs/tale/config.toml",
        "AMD EPYC",
        "charnn 9.9",
        "cafe",
        "train.seed",
        "--set",
        "1 × 3 units",
        "aria-labelledby",
    ] {
        assert!(page.contains(text), "the page lacks {text:?}");
    }
    assert!(!page.contains("class=\"problems\""), "nothing is missing");
}

#[test]
fn a_report_of_several_runs_compares_them() {
    let folder = tempfile::tempdir().unwrap();
    let runs = [run(folder.path(), "first", 300, 1), run(folder.path(), "second", 500, 2)];
    let page = page(&runs, Language::English);
    is_self_contained(&page);
    is_balanced(&page);
    for text in [
        "<h1>2 runs</h1>",
        "id=\"val-loss\"",
        "id=\"val-loss-seconds\"",
        "id=\"train-loss-seconds\"",
        "train.seed",
        "charnn train runs/second/config.toml",
        "at step 300",
        "at step 500",
    ] {
        assert!(page.contains(text), "the page lacks {text:?}");
    }
    // One of the two is the best.
    assert_eq!(page.matches("<strong>").count(), 1);
}

#[test]
fn the_same_runs_give_the_same_page_in_either_language() {
    let folder = tempfile::tempdir().unwrap();
    let runs = [run(folder.path(), "first", 300, 1), run(folder.path(), "second", 500, 2)];
    for language in [Language::English, Language::Chinese] {
        for runs in [&runs[..1], &runs] {
            assert_eq!(page(runs, language), page(runs, language));
        }
    }
    let chinese = page(&runs[..1], Language::Chinese);
    is_balanced(&chinese);
    assert!(chinese.contains("lang=\"zh-Hans\"") && chinese.contains("最低验证损失"));
    for english in ["Validation loss", "Overview", "Samples", "Settings", "not recorded"] {
        assert!(!chinese.contains(english), "English in a Chinese page: {english:?}");
    }
}

#[test]
fn hostile_samples_and_names_are_harmless() {
    let folder = tempfile::tempdir().unwrap();
    let name = "<img src=x onerror=alert(1)>";
    let run = run(folder.path(), name, 100, 1);
    let hostile = "</pre></figure><script>alert(1)</script><!-- & \u{1b}[31m \u{202e}gnp\u{202c} \u{0} \u{9b}";
    let row = charnn_runs::SampleRow::new(7, "<b>\"'", hostile);
    let line = serde_json::to_string(&row).unwrap() + "\n";
    std::fs::write(run.path().join("samples.jsonl"), line).unwrap();
    std::fs::write(run.path().join("labels.json"), r#"{"tags":[],"note":"<i onload=x>"}"#).unwrap();
    for language in [Language::English, Language::Chinese] {
        let page = page(&[run.clone(), run.clone()], language)
            + &page(std::slice::from_ref(&run), language);
        for raw in [
            "<script>alert",
            "<img",
            "<!-- &",
            "<b>\"",
            "<i onload",
            "\u{1b}",
            "\u{202e}",
            "\u{202c}",
            "\u{0}",
            "\u{9b}",
        ] {
            assert!(!page.contains(raw), "the page has {raw:?}");
        }
        assert!(page.contains("&lt;/pre&gt;&lt;/figure&gt;&lt;script&gt;"), "the sample is shown");
        assert!(page.contains("\\u{202e}gnp"), "and so is what is hidden in it");
    }
}

/// A file and what happens to it.
type Break<'a> = (&'a str, &'a dyn Fn(&RunDir));

#[test]
fn what_is_damaged_or_missing_is_said_and_the_rest_is_shown() {
    let write = |run: &RunDir, name: &str, bytes: &[u8]| {
        std::fs::write(run.path().join(name), bytes).unwrap();
    };
    let rows = |run: &RunDir| std::fs::read(run.path().join("metrics.jsonl")).unwrap();
    let cases: [Break<'_>; 9] = [
        ("metrics.jsonl", &|run| write(run, "metrics.jsonl", b"")),
        ("metrics.jsonl", &|run| std::fs::remove_file(run.path().join("metrics.jsonl")).unwrap()),
        ("metrics.jsonl", &|run| {
            let mut all = rows(run);
            all.splice(200..200, *b"\xff\xfe\n{\"step\":\n");
            write(run, "metrics.jsonl", &all);
        }),
        ("samples.jsonl", &|run| std::fs::remove_file(run.path().join("samples.jsonl")).unwrap()),
        ("samples.jsonl", &|run| write(run, "samples.jsonl", b"[]\n{\"step\":1}\n")),
        ("config.toml", &|run| write(run, "config.toml", b"[train\n")),
        ("vocab.json", &|run| write(run, "vocab.json", b"{")),
        ("checkpoint", &|run| std::fs::remove_dir_all(run.checkpoints()).unwrap()),
        ("metrics.jsonl", &|run| {
            std::fs::remove_file(run.path().join("metrics.jsonl")).unwrap();
            std::fs::create_dir(run.path().join("metrics.jsonl")).unwrap();
        }),
    ];
    for (at, (file, damage)) in cases.iter().enumerate() {
        let folder = tempfile::tempdir().unwrap();
        let run = run(folder.path(), "tale", 200, 1);
        damage(&run);
        let read = ReportedRun::read(&run);
        for language in [Language::English, Language::Chinese] {
            let page = page(&[run.clone(), run.clone()], language)
                + &page(std::slice::from_ref(&run), language);
            // An empty file is a run before its first step.
            if at == 0 {
                let none = if language == Language::English {
                    "No metrics"
                } else {
                    "没有记录任何指标"
                };
                assert!(page.contains(none));
                continue;
            }
            assert!(page.contains("class=\"problems\""), "case {at}: {file}");
        }
        let messages: Vec<String> =
            read.problems.iter().map(|it| it.describe().message.english).collect();
        assert!(at == 0 || messages.iter().any(|it| it.contains(file)), "case {at}: {messages:?}");
        if at == 2 {
            assert_eq!(read.rows.len(), 203, "all rows but the one that was cut in two");
        }
    }
}

#[test]
fn numbers_out_of_range_draw_something() {
    let folder = tempfile::tempdir().unwrap();
    let run = run(folder.path(), "tale", 10, 1);
    let rows = |values: &[&str]| -> String {
        let row = |(at, value): (usize, &&str)| {
            format!(
                "{{\"step\":{at},\"train_loss\":{value},\"gradient_norm\":{value},\"seconds\":{value}}}\n"
            )
        };
        values.iter().enumerate().map(row).collect()
    };
    for values in [
        &["1e308", "-1e308", "1.0"][..],
        &["0", "0", "0"],
        &["null", "1", "2"],
        &["1e-308", "5e-324"],
        &["-1"],
        &["1e308", "1e308"],
    ] {
        std::fs::write(run.path().join("metrics.jsonl"), rows(values)).unwrap();
        let page = page(std::slice::from_ref(&run), Language::English);
        for bad in ["NaN", "\"inf", "-inf", "inf%", " inf"] {
            let drawn = page.split("<script").next().unwrap();
            assert!(!drawn.contains(bad), "{values:?}: {bad}");
        }
        is_balanced(&page);
    }
}

#[test]
fn an_old_run_is_reported() {
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("../runs/tests/fixtures/7459234/run");
    let run = RunDir::find(&old.to_string_lossy(), Path::new("runs")).unwrap();
    let read = ReportedRun::read(&run);
    assert_eq!(read.problems, []);
    assert!(read.best().is_some() && read.samples.len() > 1);
    let page = page(&[run], Language::English);
    assert!(page.contains("id=\"loss\"") && page.contains("not recorded"));
}

/// Twenty runs of ten thousand steps: at most 1.5 MB, in at most two seconds.
#[test]
fn twenty_long_runs_are_a_small_page_soon() {
    let folder = tempfile::tempdir().unwrap();
    let name = |seed| format!("run-{seed:02}");
    let runs: Vec<RunDir> =
        (0..20).map(|seed| run(folder.path(), &name(seed), 10_000, seed)).collect();
    let start = Instant::now();
    let page = page(&runs, Language::English);
    let took = start.elapsed();
    println!("{} bytes in {took:?}", page.len());
    assert!(page.len() <= 1_500_000, "{} bytes", page.len());
    // Builds without optimization and busy machines take longer.
    let most = if cfg!(debug_assertions) { 60 } else { 2 };
    assert!(took < Duration::from_secs(most * slack()), "{took:?}");
    is_self_contained(&page);
    is_balanced(&page);
    let one = small::page(&runs[..1], Language::English);
    assert!(one.len() < 300_000, "{} bytes", one.len());
}

/// How many times longer a test may take on a machine that does other work as well.
fn slack() -> u64 {
    5
}
