//! Runs every example.

#[path = "../examples/embed.rs"]
mod embed;
#[path = "../examples/fork.rs"]
mod fork;
#[path = "../examples/score.rs"]
mod score;
#[path = "../examples/stream.rs"]
mod stream;

#[test]
fn every_example_ends_well() {
    for (name, example) in [
        ("embed", embed::main as fn() -> _),
        ("fork", fork::main),
        ("score", score::main),
        ("stream", stream::main),
    ] {
        let ended: Result<(), Box<dyn std::error::Error>> = example();
        assert!(ended.is_ok(), "{name}: {ended:?}");
    }
}
