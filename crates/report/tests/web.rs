//! The page and the package of a network: complete, and nothing is loaded from elsewhere.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use charnn_bundle::{Bundle, Provenance};
use charnn_message::Language;
use charnn_report::web_package;

const TALES: &[u8] = include_bytes!("../../infer/examples/tales.charnn.safetensors");

#[test]
fn a_page_holds_the_network_and_loads_nothing() {
    let bundle = Bundle::from_bytes(TALES).unwrap();
    for (language, code, write) in
        [(Language::English, "en", "Write"), (Language::Chinese, "zh-Hans", "生成")]
    {
        let files = web_package(&bundle, "</title><script>alert(1)</script>", language).unwrap();
        let file = |name: &str| &files.iter().find(|file| file.name == name).unwrap().bytes;
        assert_eq!(Bundle::from_bytes(file("network.charnn.safetensors")).unwrap(), bundle);
        assert!(file("charnn.wasm").starts_with(b"\0asm"));
        let page = std::str::from_utf8(file("index.html")).unwrap();
        assert!(page.contains(&format!("<html lang=\"{code}\">")) && page.contains(write));
        assert!(page.contains("default-src &#39;none&#39;"), "nothing may be loaded");
        for outside in ["http://", "https://", " src=", "@import", "url("] {
            let at = page.find(outside).map(|at| &page[at.saturating_sub(50)..at + 50]);
            assert_eq!(at, None, "{outside}");
        }
        assert!(!page.contains("<script>alert"), "a name became markup");
        // The page's scripts end where they end.
        assert_eq!(page.matches("<script").count(), page.matches("</script>").count());
    }
}

#[test]
fn the_origin_of_a_network_is_text() {
    let bundle = Bundle::from_bytes(TALES).unwrap();
    let provenance = Provenance {
        corpus: Some("\"><img src=x onerror=alert(1)>".into()),
        ..Provenance::default()
    };
    let (vocabulary, tensors) = (bundle.vocabulary().clone(), bundle.tensors().to_vec());
    let bundle = Bundle::new(bundle.architecture(), vocabulary, tensors, provenance).unwrap();
    let files = web_package(&bundle, "tales", Language::English).unwrap();
    let page = std::str::from_utf8(&files[0].bytes).unwrap();
    assert!(!page.contains("<img"));
}
