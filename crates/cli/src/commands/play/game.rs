//! What keys do: a session with a cursor in the list of candidates, a list of branches, help and notices. Knows no
//! terminal.

use super::session::{Branch, Session};
use charnn_message::{Text, in_a_line, text};

/// Candidates that digits choose.
pub(super) const NUMBERED: usize = 9;

/// A key, or a pasted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    Character(char),
    Control(char),
    Paste(String),
    Enter,
    Up,
    Down,
    Left,
    Right,
    Backspace,
    Tab,
    Escape,
    PageUp,
    PageDown,
    Help,
}

/// What is on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Screen {
    /// The text and the candidates.
    Text,
    /// The same, but digits and spaces are typed like letters.
    Typing,
    /// The list of branches with the chosen one.
    Branches {
        list: Vec<Branch>,
        chosen: usize,
    },
    Help,
}

/// A game.
#[derive(Debug)]
pub(super) struct Game {
    pub(super) session: Session,
    pub(super) screen: Screen,
    /// The candidate under the cursor.
    pub(super) chosen: usize,
    pub(super) notice: Option<Text>,
    /// Whether the person has left.
    pub(super) is_over: bool,
}

impl Game {
    pub(super) fn new(session: Session) -> Self {
        Self { session, screen: Screen::Text, chosen: 0, notice: None, is_over: false }
    }

    /// Does what a key asks for.
    pub(super) fn press(&mut self, key: Key) {
        self.notice = None;
        if matches!(key, Key::Control('c' | 'd' | 'q')) {
            self.is_over = true;
            return;
        }
        match &self.screen {
            Screen::Help => self.screen = Screen::Text,
            Screen::Branches { .. } => self.in_branches(&key),
            Screen::Text | Screen::Typing => self.in_text(key),
        }
    }

    fn in_branches(&mut self, key: &Key) {
        let Screen::Branches { list, chosen } = &mut self.screen else { return };
        match key {
            Key::Up => *chosen = chosen.saturating_sub(1),
            Key::Down => *chosen = (*chosen + 1).min(list.len().saturating_sub(1)),
            Key::Enter => {
                if let Some(branch) = list.get(*chosen) {
                    self.session.go_to(branch);
                }
                (self.screen, self.chosen) = (Screen::Text, 0);
            }
            Key::Tab | Key::Escape | Key::Left => self.screen = Screen::Text,
            _ => {}
        }
    }

    fn in_text(&mut self, key: Key) {
        let is_typing = self.screen == Screen::Typing;
        let before = self.chosen;
        self.chosen = 0;
        match key {
            Key::Up => self.chosen = before.saturating_sub(1),
            Key::Down => {
                self.chosen = (before + 1).min(self.session.candidates().len().saturating_sub(1));
            }
            Key::Enter if is_typing => self.typed('\n'),
            Key::Enter => {
                self.session.choose(before);
            }
            Key::Character(' ') if !is_typing => self.session.write(),
            Key::Character(digit @ '1'..='9') if !is_typing => {
                let place = digit as usize - '1' as usize;
                self.session.choose(place);
            }
            Key::Character(character) => self.typed(character),
            Key::Paste(text) => {
                text.replace("\r\n", "\n")
                    .replace('\r', "\n")
                    .chars()
                    .for_each(|it| self.typed(it));
            }
            Key::Control('l') => self.session.write_line(),
            Key::Left | Key::Backspace => {
                if !self.session.back() {
                    self.notice = Some(text!(en: "this is the prompt", zh: "已到提示的末尾"));
                }
            }
            Key::Right => {
                if !self.session.onward() {
                    self.notice = Some(text!(
                        en: "nothing was written after this yet",
                        zh: "此后还没有写过内容"
                    ));
                }
            }
            Key::Tab | Key::Control('b') => self.list(),
            Key::PageUp | Key::Control('w') => self.session.heat(1.0),
            Key::PageDown | Key::Control('k') => self.session.heat(-1.0),
            Key::Control('p') => self.session.next_sampler(),
            Key::Control('o') => {
                if !self.session.next_model() {
                    self.notice = Some(text!(
                        en: "only one network is open; name several to switch: `charnn play A B`",
                        zh: "只打开了一个网络；启动时给出多个即可切换：`charnn play A B`"
                    ));
                }
            }
            Key::Control('t') => {
                self.screen = if is_typing { Screen::Text } else { Screen::Typing };
            }
            Key::Escape => self.screen = Screen::Text,
            Key::Help | Key::Control('g') => self.screen = Screen::Help,
            Key::Control(_) => self.chosen = before,
        }
    }

    fn typed(&mut self, character: char) {
        if !self.session.type_in(character) {
            let shown = match character {
                '\n' => "\\n".to_owned(),
                other => in_a_line(&other.to_string()),
            };
            self.notice = Some(text!(
                en: "the network does not know \"{shown}\"",
                zh: "网络不认识“{shown}”"
            ));
        }
    }

    fn list(&mut self) {
        let list = self.session.branches();
        let chosen = list.iter().position(|it| it.is_current).unwrap_or(0);
        self.screen = Screen::Branches { list, chosen };
    }
}
