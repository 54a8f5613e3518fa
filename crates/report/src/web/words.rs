//! The words of the page. It can change its language while it is open.

use charnn_message::{Text, text};
use serde_json::{Value, json};

/// Every word in both languages, under the name that the page uses.
const WORDS: [(&str, &str, &str); 33] = [
    ("otherLanguage", "中文", "English"),
    (
        "lead",
        "This network runs in this page. Nothing you type leaves your computer.",
        "网络在此页面中运行，输入的内容不会离开您的电脑。",
    ),
    (
        "about",
        "{0}, layers: {1}, hidden size: {2}, symbols: {3}, parameters: {4}",
        "{0}，层数：{1}，隐藏维度：{2}，符号数：{3}，参数量：{4}",
    ),
    ("prompt", "prompt", "提示"),
    ("promptHint", "How the text begins; may be empty", "文本的开头，可以留空"),
    ("length", "characters", "字符数"),
    ("temperature", "temperature", "温度"),
    ("topK", "top-k (0: all)", "top-k（0：全部）"),
    ("topP", "top-p", "top-p"),
    ("seed", "seed", "随机种子"),
    ("random", "random", "随机"),
    ("write", "Write", "生成"),
    ("stop", "Stop", "停止"),
    ("back", "Back to the text before", "返回上一篇"),
    ("copy", "Copy text", "复制文本"),
    ("copied", "Copied.", "已复制。"),
    ("surprise", "Color surprising characters", "标出意外的字符"),
    ("text", "Text", "文本"),
    (
        "keys",
        "Choose a character to see what the network considered instead, and to continue from there. Arrow keys move, Enter goes to the alternatives, Escape comes back.",
        "选择一个字符，查看网络考虑过的其他字符，并从那里继续。方向键移动，回车进入候选，Esc 返回。",
    ),
    ("instead", "Instead of “{0}” (probability {1}):", "“{0}”（概率 {1}）的其他可能："),
    (
        "written",
        "{0} characters, seed {1}, {2} characters per second",
        "{0} 个字符，种子 {1}，每秒 {2} 个字符",
    ),
    (
        "leftOut",
        "Left out, because the network does not know them: {0}",
        "网络不认识以下字符，已略去：{0}",
    ),
    ("failed", "It failed: {0}", "出错：{0}"),
    ("neurons", "Neurons along this text", "神经元在此文本上的激活"),
    (
        "neuronsLead",
        "The background of each character is the hidden state of one unit after it: orange is positive, blue negative.",
        "每个字符的背景表示读过它之后某个单元的隐藏状态：橙色为正，蓝色为负。",
    ),
    ("layer", "layer", "层"),
    ("unit", "unit", "单元"),
    ("lively", "Units that change most:", "变化最大的单元："),
    ("use", "Use this network in your own page", "在自己的网页中使用此网络"),
    (
        "useLead",
        "The folder of this file holds charnn.js, charnn.wasm and the network:",
        "此文件所在的文件夹中有 charnn.js、charnn.wasm 和网络文件：",
    ),
    ("trainedOn", "Trained on {0}.", "训练文本：{0}。"),
    ("noScript", "This page needs JavaScript.", "此页面需要 JavaScript。"),
    ("by", "Written by charnn", "由 charnn 生成"),
];

/// One of the words.
///
/// # Panics
/// When there is no such word.
pub(super) fn word(name: &str) -> Text {
    let (_, english, chinese) =
        WORDS.iter().find(|(known, ..)| *known == name).expect("a word of the page");
    text!(en: "{english}", zh: "{chinese}")
}

/// All words, for the script.
pub(super) fn words() -> Value {
    WORDS
        .iter()
        .map(|(name, english, chinese)| ((*name).to_owned(), json!([english, chinese])))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the script and the page ask for.
    #[test]
    fn every_word_is_used_and_every_used_word_exists() {
        let sources = [include_str!("page.js"), include_str!("page.rs")].concat();
        for (name, ..) in WORDS {
            let quoted = format!("\"{name}\"");
            assert!(sources.contains(&quoted), "{name} is not used");
        }
        for part in sources.split("word(\"").skip(1) {
            let name = part.split('"').next().expect("a part");
            assert!(WORDS.iter().any(|(known, ..)| *known == name), "{name} is missing");
        }
    }
}
