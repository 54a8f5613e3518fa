//! `charnn play`: writing a text together with a network, in the terminal.

mod draw;
mod game;
mod screen;
mod session;
#[cfg(test)]
mod tests;

use crate::args::play::PlayArguments;
use crate::commands::network::{self, Network};
use crate::environment;
use crate::escapes::unescaped;
use crate::failure::Failure;
use crate::messages::play::PlayProblem;
use crate::output::{OutputError, data};
use crate::terminal::Terminal;
use anstream::{AutoStream, ColorChoice};
use charnn_data::prompt_like_text;
use charnn_infer::{Engine, Overrides, Sampling, start_threads};
use charnn_message::visible;
use draw::{Look, draw};
use game::Game;
use ratatui_core::terminal::Terminal as Frames;
use screen::{Screen, key};
use session::{Model, Session};
use std::io::IsTerminal;

pub(crate) fn run(arguments: &PlayArguments, terminal: &Terminal) -> Result<(), Failure> {
    if !std::io::stdout().is_terminal() || environment::is_dumb() {
        return Err(PlayProblem::NoTerminal.into());
    }
    start_threads()?;
    let mut prompt = arguments.prompt.as_deref().map(|it| unescaped(it, None)).transpose()?;
    let mut models = Vec::new();
    for name in &arguments.names {
        let network = network::open(name, &arguments.runs, arguments.checkpoint, terminal)?;
        let Network { name, config, bundle, .. } = network;
        let unit = bundle.vocabulary().unit();
        if !unit.is_char() {
            return Err(PlayProblem::Units { name, unit: unit.clone() }.into());
        }
        let asked = prompt.get_or_insert_with(|| config.sample.prompt.clone());
        if models.is_empty() {
            let options = config.data.read_options();
            *asked = prompt_like_text(asked, &options, bundle.vocabulary(), bundle.primer());
        }
        let overrides = Overrides { temperature: arguments.temperature, ..Overrides::default() };
        let sampling = Sampling {
            temperature: config.sample.temperature,
            top_k: config.sample.top_k,
            top_p: config.sample.top_p,
            ..Sampling::default()
        };
        let (engine, sampling) = (Engine::new(&bundle), sampling.with(&overrides));
        models.push(Model { name, engine, sampling, window: config.sample.window });
    }
    let seed = arguments.seed.unwrap_or(1);
    let mut game = Game::new(Session::new(models, &prompt.unwrap_or_default(), seed)?);
    let color = AutoStream::choice(&std::io::stdout()) != ColorChoice::Never;
    let look = Look { language: terminal.language, color };
    play(&mut game, look).map_err(|error| Failure::from(OutputError::Failed(error)))?;
    Ok(data(&format!("{}\n", visible(&game.session.finished_text())))?)
}

/// Shows the game and reads keys until the person leaves.
fn play(game: &mut Game, look: Look) -> std::io::Result<()> {
    let mut frames = Frames::new(Screen::open()?)?;
    while !game.is_over {
        frames.draw(|frame| draw(game, frame.buffer_mut(), look))?;
        if let Some(key) = key(crossterm::event::read()?) {
            game.press(key);
        }
    }
    Ok(())
}
