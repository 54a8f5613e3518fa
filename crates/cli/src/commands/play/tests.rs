//! Games without a terminal: what is written, what keys do, and how it looks at 40 and at 100 columns.

#![allow(clippy::unwrap_used, reason = "a test that cannot continue should stop")]

use super::draw::{Look, draw};
use super::game::{Game, Key, Screen};
use super::session::{Model, Origin, Sampler, Session};
use charnn_bundle::{Bundle, Provenance, Vocabulary};
use charnn_infer::{Engine, Sampling};
use charnn_message::Language;
use charnn_runs::BuiltinNetwork;
use ratatui_core::backend::TestBackend;
use ratatui_core::terminal::Terminal;

fn model(network: BuiltinNetwork) -> Model {
    let engine = Engine::new(&network.bundle().unwrap());
    let sampling = Sampling { temperature: 0.5, ..Sampling::default() };
    Model { name: network.name().to_owned(), engine, sampling, window: 0 }
}

fn session(prompt: &str) -> Session {
    let models = vec![model(BuiltinNetwork::Tales), model(BuiltinNetwork::TalesZh)];
    Session::new(models, prompt, 7).unwrap()
}

/// What the first network predicts after `text`, computed from the start.
fn predicted(text: &str) -> Vec<(u16, f64)> {
    let fresh = session(text);
    fresh.candidates().iter().map(|it| (it.id, it.probability)).collect()
}

#[track_caller]
fn is_up_to_date(session: &Session) {
    let found: Vec<(u16, f64)> =
        session.candidates().iter().map(|it| (it.id, it.probability)).collect();
    let expected = predicted(&session.text());
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found.1 - expected.1).abs() < 1e-6, "{found:?}, not {expected:?}");
    }
}

/// A prompt that is long enough to be read without the primer, so that longer texts are read alike.
const PROMPT: &str = "Once upon a time there was a";

#[test]
fn texts_grow_by_choices_and_the_network_always_sees_all_of_it() {
    let mut session = session(PROMPT);
    is_up_to_date(&session);
    assert!(session.choose(1) && session.type_in('q') && session.type_in('\n'));
    assert!(!session.choose(100_000) && !session.type_in('书'));
    is_up_to_date(&session);
    for _ in 0..70 {
        session.write();
    }
    is_up_to_date(&session);
    let origins: Vec<Origin> = session.symbols().into_iter().map(|it| it.1).collect();
    assert_eq!((origins.len(), origins[2], origins[3]), (73, Origin::Chosen, Origin::Written));
    // Back beyond a kept state, and forward again.
    let (whole, mut texts) = (session.text(), Vec::new());
    for _ in 0..50 {
        assert!(session.back());
        texts.push(session.text());
    }
    assert!(whole.starts_with(&texts[49]) && texts[49].chars().count() == 28 + 23);
    is_up_to_date(&session);
    while session.onward() {}
    assert_eq!(session.text(), whole);
    is_up_to_date(&session);
    while session.back() {}
    assert_eq!(session.text(), PROMPT);
    is_up_to_date(&session);
}

#[test]
fn a_line_ends_with_its_line_break() {
    let mut session = session(PROMPT);
    // A long line takes several keys: each writes up to 500 characters.
    let mut keys = 0;
    while !session.text().ends_with('\n') {
        session.write_line();
        keys += 1;
        assert!(session.symbols().len() > 500 * (keys - 1) && keys < 50);
    }
    let text = session.text();
    assert_eq!(text.matches('\n').count(), 1, "{text}");
    assert!(session.symbols().len() <= 500 * keys);
    is_up_to_date(&session);
    // The same seed writes the same, another seed does not.
    let again = |seed| {
        let mut session = Session::new(vec![model(BuiltinNetwork::Tales)], PROMPT, seed).unwrap();
        session.write_line();
        session.text()
    };
    assert!(text.starts_with(&again(7)));
    assert!(!text.starts_with(&again(8)));
}

#[test]
fn every_way_stays_in_the_tree() {
    let mut session = session(PROMPT);
    for typed in ["ab", "cd", "ce"] {
        typed.chars().for_each(|it| assert!(session.type_in(it)));
        session.back();
        session.back();
    }
    let rests = |session: &Session| -> Vec<String> {
        session.branches().into_iter().map(|it| it.rest).collect()
    };
    assert_eq!(rests(&session), ["ab", "cd", "ce"]);
    let branches = session.branches();
    session.go_to(&branches[1]);
    assert_eq!(session.text(), format!("{PROMPT}cd"));
    is_up_to_date(&session);
    let branches = session.branches();
    assert_eq!(branches.iter().map(|it| it.is_current).collect::<Vec<_>>(), [false, true, false]);
    assert_eq!((branches[0].shared, branches[2].shared, &*branches[2].rest), (0, 1, "e"));
    // Forward leads along the branch that was visited last.
    session.back();
    session.back();
    assert!(session.onward() && session.onward() && !session.onward());
    assert!(session.text().ends_with("cd"));
    // A symbol that is there already makes no new branch.
    session.back();
    session.type_in('e');
    assert_eq!(session.branches().len(), 3);
}

#[test]
fn samplers_and_temperatures_change_what_is_drawn() {
    let mut session = session(PROMPT);
    let drawn = |session: &Session| session.candidates().iter().filter(|it| it.drawn > 0.0).count();
    let sum: f64 = session.candidates().iter().map(|it| it.drawn).sum();
    assert!((sum - 1.0).abs() < 1e-6, "{sum}");
    let first = session.candidates()[0].clone();
    session.heat(5.0);
    assert!((session.temperature() - 1.0).abs() < 1e-9);
    let hot = session.candidates()[0].clone();
    assert!((hot.probability - first.probability).abs() < 1e-9 && hot.drawn < first.drawn);
    assert!((hot.drawn - hot.probability).abs() < 1e-6);
    session.heat(-100.0);
    assert_eq!((session.temperature(), drawn(&session)), (0.0, 1));
    session.heat(5.0);
    for expected in Sampler::EACH.into_iter().skip(1) {
        session.next_sampler();
        assert_eq!(session.sampler(), expected);
        match expected {
            Sampler::TopK => assert_eq!(drawn(&session), 10),
            Sampler::Greedy => assert_eq!(drawn(&session), 1),
            _ => assert!(drawn(&session) >= 1),
        }
    }
    session.next_sampler();
    assert_eq!(session.sampler(), Sampler::Own);
}

#[test]
fn another_network_reads_the_same_text() {
    let mut session = session(PROMPT);
    session.write();
    let text = session.text();
    assert!(session.next_model());
    assert_eq!((&*session.model().name, session.text()), ("builtin:tales-zh", text.clone()));
    assert!(session.candidates().iter().any(|it| it.symbol == "的"));
    session.type_in('的');
    assert!(session.next_model());
    assert!(session.text().ends_with('的'), "it stays, though this network does not know it");
    session.back();
    assert_eq!(session.text(), text);
    is_up_to_date(&session);
    let mut alone = Session::new(vec![model(BuiltinNetwork::Tales)], PROMPT, 1).unwrap();
    assert!(!alone.next_model());
    assert!(Session::new(vec![model(BuiltinNetwork::Tales)], "书", 1).is_err());
}

#[test]
fn keys_do_what_help_says() {
    let mut game = Game::new(session(PROMPT));
    let at = |game: &Game, place: usize| game.session.candidates()[place].symbol.clone();
    let third = at(&game, 2);
    game.press(Key::Down);
    game.press(Key::Down);
    assert_eq!(game.chosen, 2);
    game.press(Key::Enter);
    assert!(game.session.text().ends_with(&third) && game.chosen == 0);
    let second = at(&game, 1);
    game.press(Key::Character('2'));
    assert!(game.session.text().ends_with(&second));
    game.press(Key::Character(' '));
    game.press(Key::Character('x'));
    assert_eq!(game.session.symbols().len(), 4);
    game.press(Key::Left);
    game.press(Key::Backspace);
    game.press(Key::Right);
    assert_eq!(game.session.symbols().len(), 3);
    // Typing: digits and spaces are text.
    game.press(Key::Control('t'));
    game.press(Key::Character(' '));
    game.press(Key::Enter);
    assert!(game.session.text().ends_with(" \n") && game.screen == Screen::Typing);
    game.press(Key::Character('书'));
    assert!(game.notice.as_ref().unwrap().english.contains('书'));
    game.press(Key::Escape);
    assert_eq!((&game.screen, &game.notice), (&Screen::Text, &None));
    game.press(Key::Paste("the\r\ncat".to_owned()));
    assert!(game.session.text().ends_with("the\ncat"));
    let before = game.session.symbols().len();
    game.press(Key::Control('l'));
    let written = game.session.symbols().len() - before;
    assert!(game.session.text().ends_with('\n') || written == 500);
    game.press(Key::PageUp);
    assert!((game.session.temperature() - 0.6).abs() < 1e-9);
    game.press(Key::Control('k'));
    assert!((game.session.temperature() - 0.5).abs() < 1e-9);
    game.press(Key::Control('p'));
    assert_eq!(game.session.sampler(), Sampler::All);
    game.press(Key::Control('o'));
    assert_eq!(game.session.model().name, "builtin:tales-zh");
    game.press(Key::Tab);
    assert!(matches!(&game.screen, Screen::Branches { list, chosen: 1 } if list.len() == 2));
    game.press(Key::Up);
    game.press(Key::Enter);
    assert_eq!((&game.screen, game.session.text().ends_with('x')), (&Screen::Text, true));
    game.press(Key::Control('g'));
    assert_eq!(game.screen, Screen::Help);
    game.press(Key::Character('y'));
    assert_eq!((&game.screen, game.session.text().ends_with('x')), (&Screen::Text, true));
    assert!(!game.is_over);
    game.press(Key::Control('c'));
    assert!(game.is_over);
}

/// The network of the English tales with the record symbol in the place of the line break.
fn records() -> Model {
    let bundle = BuiltinNetwork::Tales.bundle().unwrap();
    let symbols = bundle.vocabulary().symbols().map(|it| it.replace('\n', "\u{1E}"));
    let vocabulary = Vocabulary::new(symbols, false).unwrap().with_records().unwrap();
    let (architecture, tensors) = (bundle.architecture(), bundle.tensors().to_vec());
    let bundle = Bundle::new(architecture, vocabulary, tensors, Provenance::default()).unwrap();
    Model { engine: Engine::new(&bundle), ..model(BuiltinNetwork::Tales) }
}

#[test]
fn the_end_of_a_record_begins_the_next_one() {
    let mut session = Session::new(vec![records()], "", 1).unwrap();
    let start = session.candidates().to_vec();
    for character in "Once".chars() {
        assert!(session.type_in(character));
    }
    assert_ne!(session.candidates(), start);
    assert!(!session.type_in('\u{1E}') && !session.type_in('\u{241E}'));
    let end = session.candidates().iter().position(|it| it.symbol == "\u{241E}").unwrap();
    assert!(session.choose(end));
    assert_eq!(session.candidates(), start, "as at the beginning");
    assert!(session.type_in('A'));
    assert_eq!((&*session.text(), &*session.finished_text()), ("Once\u{241E}A", "Once\nA"));
    session.write_line();
    let ends = session.text().matches('\u{241E}').count();
    assert!(ends == 2 || session.symbols().len() > 500, "{}", session.text());
    assert!(session.back() && session.text().matches('\u{241E}').count() == 1);
}

/// The screen of a game: its lines.
fn screen(game: &Game, width: u16, height: u16, language: Language, color: bool) -> Vec<String> {
    let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
    terminal.draw(|frame| draw(game, frame.buffer_mut(), Look { language, color })).unwrap();
    let buffer = terminal.backend().buffer();
    let colored = buffer.content().iter().any(|cell| cell.fg != ratatui_core::style::Color::Reset);
    assert_eq!(colored, color && height > 3, "colors where they are wanted");
    let line = |y| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
    (0..height).map(line).collect()
}

#[test]
fn the_screen_shows_text_candidates_and_keys_at_every_size() {
    let mut game = Game::new(session("Once\u{a}upon a time there"));
    game.press(Key::Control('l'));
    for language in [Language::English, Language::Chinese] {
        for (width, height) in [(40, 24), (100, 30), (40, 10), (100, 6), (20, 8), (8, 4), (3, 2)] {
            for color in [true, false] {
                let lines = screen(&game, width, height, language, color);
                if width < 40 || height < 10 {
                    continue;
                }
                let all = lines.join("\n");
                assert!(lines[0].starts_with(" builtin:tales · "), "{all}");
                let quit = if language == Language::English { "quit" } else { "退 出" };
                assert!(lines[usize::from(height) - 1].contains(quit), "{all}");
                let first = &game.session.candidates()[0];
                let line = lines.iter().find(|line| line.starts_with("›1 \"")).expect(&all);
                let percent = format!("{:.1} %", first.probability * 100.0);
                assert!(line.contains(&percent) && line.contains('█'), "{all}");
                assert!(all.contains('▏'), "the cursor: {all}");
            }
        }
    }
}

#[test]
fn wide_and_control_characters_do_no_harm() {
    let mut game = Game::new(
        Session::new(vec![model(BuiltinNetwork::TalesZh)], &"从前有一个老人，".repeat(9), 1)
            .unwrap(),
    );
    let lines = screen(&game, 41, 20, Language::Chinese, false);
    // 20 wide characters fill 40 of 41 columns; the last stays empty.
    assert!(lines[1].ends_with(' ') && lines[2].starts_with("个"), "{lines:?}");
    game.session = session("a \"b\"\n");
    game.notice = Some(charnn_message::Text::verbatim("x\u{1b}y"));
    let lines = screen(&game, 40, 20, Language::English, false);
    assert!(lines.iter().all(|line| !line.contains(char::is_control)), "{lines:?}");
    game.notice = None;
    game.press(Key::Tab);
    game.press(Key::Down);
    let lines = screen(&game, 40, 12, Language::English, false);
    assert!(lines[1].contains("(here)"), "{lines:?}");
    game.press(Key::Escape);
    game.press(Key::Help);
    let lines = screen(&game, 40, 20, Language::English, false).join("\n");
    for key in ["Tab", "^L", "PgUp", "^O", "^C"] {
        assert!(lines.contains(key), "{lines}");
    }
}
