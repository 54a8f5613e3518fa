//! The terminal of a game: cells to escape sequences, keys from events, and the terminal as it was at the end.

use super::game::Key;
use crossterm::cursor::{Hide, MoveTo, Show, position};
use crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEvent, KeyEventKind,
    KeyModifiers,
};
use crossterm::style::{
    Attribute, Color as Shade, Print, ResetColor, SetAttribute, SetBackgroundColor,
    SetForegroundColor,
};
use crossterm::terminal::{
    Clear, ClearType as Cleared, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode,
    enable_raw_mode, size, window_size,
};
use crossterm::{execute, queue};
use ratatui_core::backend::{Backend, ClearType, WindowSize};
use ratatui_core::buffer::Cell;
use ratatui_core::layout::{Position, Size};
use ratatui_core::style::{Color, Modifier};
use std::io::{self, Stdout, Write};

/// Standard output while a game has it. Dropping it leaves the terminal as it was.
#[derive(Debug)]
pub(super) struct Screen(Stdout);

impl Screen {
    /// Takes the terminal.
    ///
    /// # Errors
    /// When the terminal cannot be controlled.
    pub(super) fn open() -> io::Result<Self> {
        // A panic may come from any thread; its message must be readable.
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            restore();
            usual(panic);
        }));
        #[cfg(unix)]
        restore_on_signals()?;
        enable_raw_mode()?;
        let mut screen = Self(io::stdout());
        execute!(screen.0, EnterAlternateScreen, EnableBracketedPaste, Hide)?;
        Ok(screen)
    }
}

/// Restores the terminal, then lets the signal end the process; in raw mode, Ctrl-C is a key.
///
/// # Errors
/// When the system takes no handler or starts no thread.
#[cfg(unix)]
fn restore_on_signals() -> io::Result<()> {
    use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
    let mut signals = signal_hook::iterator::Signals::new([SIGHUP, SIGINT, SIGTERM])?;
    let end = move || {
        if let Some(signal) = signals.forever().next() {
            restore();
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        }
    };
    std::thread::Builder::new().name("signals".into()).spawn(end).map(drop)
}

impl Drop for Screen {
    fn drop(&mut self) {
        restore();
    }
}

/// Leaves the terminal as it was. If it is gone, there is nothing to restore.
fn restore() {
    let _ = execute!(io::stdout(), DisableBracketedPaste, LeaveAlternateScreen, Show);
    let _ = disable_raw_mode();
}

/// The key of an event; `None` for other events, such as a new size.
pub(super) fn key(event: Event) -> Option<Key> {
    match event {
        Event::Paste(text) => Some(Key::Paste(text)),
        Event::Key(KeyEvent { code, modifiers, kind, .. }) if kind != KeyEventKind::Release => {
            let control =
                modifiers.contains(KeyModifiers::CONTROL) && !modifiers.contains(KeyModifiers::ALT);
            Some(match code {
                KeyCode::Char(character) if control => Key::Control(character.to_ascii_lowercase()),
                KeyCode::Char(character) => Key::Character(character),
                KeyCode::Enter => Key::Enter,
                KeyCode::Up => Key::Up,
                KeyCode::Down => Key::Down,
                KeyCode::Left => Key::Left,
                KeyCode::Right => Key::Right,
                KeyCode::Backspace => Key::Backspace,
                KeyCode::Tab => Key::Tab,
                KeyCode::Esc => Key::Escape,
                KeyCode::PageUp => Key::PageUp,
                KeyCode::PageDown => Key::PageDown,
                KeyCode::F(1) => Key::Help,
                _ => return None,
            })
        }
        _ => None,
    }
}

impl Backend for Screen {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let (mut look, mut cursor) = (None, None);
        for (x, y, cell) in content {
            if cursor != Some((x, y)) {
                queue!(self.0, MoveTo(x, y))?;
            }
            // Terminals disagree about the width of some symbols: only behind plain ones the cursor is known.
            cursor = cell.symbol().is_ascii().then_some((x + 1, y));
            if look != Some((cell.fg, cell.bg, cell.modifier)) {
                look = Some((cell.fg, cell.bg, cell.modifier));
                queue!(self.0, SetAttribute(Attribute::Reset))?;
                if cell.fg != Color::Reset {
                    queue!(self.0, SetForegroundColor(shade(cell.fg)))?;
                }
                if cell.bg != Color::Reset {
                    queue!(self.0, SetBackgroundColor(shade(cell.bg)))?;
                }
                let attributes = [
                    (Modifier::BOLD, Attribute::Bold),
                    (Modifier::REVERSED, Attribute::Reverse),
                    (Modifier::UNDERLINED, Attribute::Underlined),
                ];
                for (modifier, attribute) in attributes {
                    if cell.modifier.contains(modifier) {
                        queue!(self.0, SetAttribute(attribute))?;
                    }
                }
            }
            queue!(self.0, Print(cell.symbol()))?;
        }
        queue!(self.0, SetAttribute(Attribute::Reset), ResetColor)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        execute!(self.0, Hide)
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        execute!(self.0, Show)
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        position().map(|(x, y)| Position { x, y })
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let Position { x, y } = position.into();
        execute!(self.0, MoveTo(x, y))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, clear_type: ClearType) -> io::Result<()> {
        let cleared = match clear_type {
            ClearType::All => Cleared::All,
            ClearType::AfterCursor => Cleared::FromCursorDown,
            ClearType::BeforeCursor => Cleared::FromCursorUp,
            ClearType::CurrentLine => Cleared::CurrentLine,
            ClearType::UntilNewLine => Cleared::UntilNewLine,
        };
        execute!(self.0, Clear(cleared))
    }

    fn size(&self) -> io::Result<Size> {
        size().map(|(width, height)| Size { width, height })
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        let found = window_size()?;
        Ok(WindowSize {
            columns_rows: Size { width: found.columns, height: found.rows },
            pixels: Size { width: found.width, height: found.height },
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// The colors that games use.
fn shade(color: Color) -> Shade {
    match color {
        Color::Yellow => Shade::DarkYellow,
        Color::Cyan => Shade::DarkCyan,
        Color::DarkGray => Shade::DarkGrey,
        _ => Shade::Reset,
    }
}
