//! Which files of a crate import which, from its source text.
//!
//! A file *imports* another when its code names an item that the other file defines: in a `use`, or by a
//! path. A re-export leads to the definition, so importing `crate::keys::Key` imports `keys/key.rs`, not
//! `keys/mod.rs`. `mod child;` and `pub use child::Item;` import nothing by themselves. Modules marked
//! `#[cfg(test)]` do not count, nor do macros.

use super::{files_in, read};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The place of a module in its crate: `["keys", "kind"]`.
type Module = Vec<String>;

/// A name that a `use` brings in.
struct Import {
    /// From the root of the crate.
    path: Module,
    name: String,
    is_public: bool,
}

struct File {
    imports: Vec<Import>,
    /// The words of the code other than `use` and `mod`: names, `::` and single signs.
    words: Vec<String>,
}

/// For each file below `src`, as the path of its module, the files that it imports, with an example.
pub(crate) fn imports(src: &Path) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut files = BTreeMap::new();
    for path in files_in(src, "rs") {
        let inside = path.strip_prefix(src).unwrap().with_extension("");
        let mut module: Module =
            inside.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        if ["mod", "lib", "main"].contains(&&**module.last().unwrap()) {
            module.pop();
        }
        files.insert(module, File { imports: Vec::new(), words: words(&read(&path)) });
    }
    let modules: BTreeSet<Module> = files.keys().cloned().collect();
    for (module, file) in &mut files {
        let words = std::mem::take(&mut file.words);
        (file.imports, file.words) = split(&words, module, &modules);
    }
    let found = files.iter().map(|(module, file)| (shown(module), of_file(module, file, &files)));
    found.collect()
}

/// The files that lead from one back to itself, if there are such.
pub(crate) fn cycle(graph: &BTreeMap<String, BTreeMap<String, String>>) -> Option<Vec<String>> {
    fn walk<'g>(
        at: &'g str,
        graph: &'g BTreeMap<String, BTreeMap<String, String>>,
        trail: &mut Vec<&'g str>,
        done: &mut BTreeSet<&'g str>,
    ) -> Option<Vec<String>> {
        if let Some(start) = trail.iter().position(|it| *it == at) {
            return Some(trail[start..].iter().chain([&at]).map(|it| (*it).to_owned()).collect());
        }
        if done.contains(at) {
            return None;
        }
        trail.push(at);
        let found = graph[at].keys().find_map(|next| walk(next, graph, trail, done));
        trail.pop();
        done.insert(at);
        found
    }
    let mut done = BTreeSet::new();
    graph.keys().find_map(|start| walk(start, graph, &mut Vec::new(), &mut done))
}

fn shown(module: &[String]) -> String {
    if module.is_empty() { "the root".to_owned() } else { module.join("/") }
}

fn of_file(
    module: &Module,
    file: &File,
    files: &BTreeMap<Module, File>,
) -> BTreeMap<String, String> {
    let mut named: Vec<Module> = Vec::new();
    for import in &file.imports {
        let is_module = files.contains_key(&import.path);
        if !is_module && (!import.is_public || file.words.contains(&import.name)) {
            named.push(import.path.clone());
        }
    }
    named.extend(paths(&file.words).filter_map(|path| {
        let import = file.imports.iter().find(|import| import.name == path[0]);
        match import {
            Some(import) => Some([&import.path[..], &path[1..]].concat()),
            None => absolute(&path, module, |child| files.contains_key(child)),
        }
    }));
    let mut found = BTreeMap::new();
    for path in named {
        if let Some(target) = definition(&path, files, 0).filter(|target| target != module) {
            found.insert(shown(&target), path.join("::"));
        }
    }
    found
}

/// The file that defines what `path` names; `None` for a module as a whole.
fn definition(path: &[String], files: &BTreeMap<Module, File>, depth: usize) -> Option<Module> {
    let end = (0..=path.len()).rev().find(|end| files.contains_key(&path[..*end]))?;
    let (module, rest) = path.split_at(end);
    let name = rest.first()?;
    let again = files[module].imports.iter().find(|import| import.name == *name);
    match again {
        Some(import) if depth < 8 => {
            definition(&[&import.path[..], &rest[1..]].concat(), files, depth + 1)
        }
        _ => Some(module.to_vec()),
    }
}

/// `path`, as it is written in `module`, from the root of the crate; `None` if it leads out of it.
fn absolute(path: &[String], module: &Module, is_file: impl Fn(&Module) -> bool) -> Option<Module> {
    let below = |up: usize, rest: &[String]| {
        let kept = module.len().checked_sub(up)?;
        Some([&module[..kept], rest].concat())
    };
    match &*path[0] {
        "crate" => Some(path[1..].to_vec()),
        "self" => below(0, &path[1..]),
        "super" => {
            let up = path.iter().take_while(|part| *part == "super").count();
            below(up, &path[up..])
        }
        _ => below(0, &path[..1]).filter(is_file).and_then(|_| below(0, path)),
    }
}

/// The paths of several parts, and single names that stand for themselves, in code.
fn paths(words: &[String]) -> impl Iterator<Item = Module> + '_ {
    let is_name = |word: &String| word.starts_with(|c: char| c.is_alphabetic() || c == '_');
    let mut at = 0;
    std::iter::from_fn(move || {
        while at < words.len() {
            let begins =
                is_name(&words[at]) && (at == 0 || !["::", "."].contains(&&*words[at - 1]));
            let mut path = vec![words[at].clone()];
            at += 1;
            while begins && words.get(at).is_some_and(|it| it == "::") {
                match words.get(at + 1).filter(|it| is_name(it)) {
                    Some(part) => path.push(part.clone()),
                    None => break,
                }
                at += 2;
            }
            if begins && path.len() > 1 {
                return Some(path);
            }
        }
        None
    })
}

/// Separates `use` and `mod` from the rest of the code.
fn split(
    words: &[String],
    module: &Module,
    modules: &BTreeSet<Module>,
) -> (Vec<Import>, Vec<String>) {
    let (mut imports, mut rest) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < words.len() {
        let end = || words[at..].iter().position(|it| it == ";").map(|end| at + end);
        let is_module = words[at] == "mod" && words.get(at + 2).is_some_and(|it| it == ";");
        if words[at] == "use" && words.get(at + 1).is_some_and(|it| it != "<") {
            let Some(end) = end() else { break };
            let is_public = at > 0 && (words[at - 1] == "pub" || words[at - 1] == ")");
            let mut tree = &words[at + 1..end];
            used(&mut tree, &[], &mut |path, name| {
                if let Some(path) = absolute(path, module, |child| modules.contains(child)) {
                    imports.push(Import { path, name: name.to_owned(), is_public });
                }
            });
            at = end + 1;
        } else if is_module {
            at += 3;
        } else {
            rest.push(words[at].clone());
            at += 1;
        }
    }
    (imports, rest)
}

/// Calls `found` with every path of a `use` and the name that it has here.
fn used(tree: &mut &[String], before: &[String], found: &mut impl FnMut(&[String], &str)) {
    let mut path = before.to_vec();
    while let Some((word, rest)) = tree.split_first() {
        match &**word {
            "::" => *tree = rest,
            "{" => {
                *tree = rest;
                while tree.first().is_some_and(|it| it != "}") {
                    used(tree, &path, found);
                    if tree.first().is_some_and(|it| it == ",") {
                        *tree = &tree[1..];
                    }
                }
                *tree = tree.get(1..).unwrap_or_default();
                return;
            }
            "," | "}" => break,
            "as" => {
                found(&path, &rest[0]);
                *tree = &rest[1..];
                return;
            }
            "self" if !path.is_empty() => *tree = rest,
            _ => {
                path.push(word.clone());
                *tree = rest;
            }
        }
    }
    if let Some(name) = path.last().cloned() {
        found(&path, &name);
    }
}

/// Code as words, without comments, strings and test modules.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            '"' => string(rest),
            // A character, not a lifetime.
            '\'' if rest[1..].starts_with('\\') => rest[3..].find('\'').map_or(1, |end| end + 4),
            '\'' if rest.chars().nth(2) == Some('\'') => {
                rest.char_indices().nth(3).map_or(1, |it| it.0)
            }
            'r' if rest.starts_with("r\"") => rest[2..].find('"').map_or(1, |end| end + 3),
            'r' if rest.starts_with("r#\"") => rest[3..].find("\"#").map_or(1, |end| end + 5),
            _ if first.is_alphanumeric() || first == '_' => {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_');
                let word = &rest[..end.unwrap_or(rest.len())];
                words.push(word.to_owned());
                word.len()
            }
            ':' if rest.starts_with("::") => {
                words.push("::".to_owned());
                2
            }
            _ => {
                if !first.is_whitespace() {
                    words.push(first.to_string());
                }
                first.len_utf8()
            }
        };
        rest = &rest[length..];
    }
    without_tests(&words)
}

/// The length of the string at the beginning of `text`.
fn string(text: &str) -> usize {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, character)| {
        let ends = *character == '"' && !escaped;
        escaped = *character == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}

/// Without the items behind `#[cfg(test)]`.
fn without_tests(words: &[String]) -> Vec<String> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let (mut out, mut at) = (Vec::new(), 0);
    while at < words.len() {
        if !words[at..].iter().map(String::as_str).take(MARK.len()).eq(MARK) {
            out.push(words[at].clone());
            at += 1;
            continue;
        }
        at += MARK.len();
        let mut depth = 0_usize;
        while let Some(word) = words.get(at) {
            at += 1;
            match &**word {
                "{" => depth += 1,
                "}" => depth -= 1,
                _ => {}
            }
            if depth == 0 && (word == ";" || word == "}") {
                break;
            }
        }
    }
    out
}
