//! A grid of cells that lines are drawn into.

/// Marks of lines.
pub(super) const MARKS: [char; 8] = ['*', '+', 'o', 'x', '#', '@', '%', '='];
/// Dots of a Braille cell across and down.
const ACROSS: usize = 2;
const DOWN: usize = 4;
/// The bit of each dot, by row and column.
const BITS: [[u8; ACROSS]; DOWN] = [[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]];

/// Cells of Braille dots, or of one mark each.
pub(super) struct Canvas {
    width: usize,
    height: usize,
    marks: bool,
    /// The dots of each cell and the line that was drawn there last.
    cells: Vec<(u8, usize)>,
}

impl Canvas {
    /// An empty canvas of `width` × `height` cells.
    pub(super) fn new(width: usize, height: usize, marks: bool) -> Self {
        Self { width, height, marks, cells: vec![(0, 0); width * height] }
    }

    /// Places for points across.
    pub(super) fn dots(&self) -> usize {
        if self.marks { self.width } else { self.width * ACROSS }
    }

    /// Draws line number `line` through a height for each place, from 0 at the bottom to 1.
    pub(super) fn draw(&mut self, line: usize, heights: &[Option<f64>]) {
        let rows = if self.marks { self.height } else { self.height * DOWN };
        let row = |height: f64| crate::curve::index((1.0 - height) * rows as f64, rows);
        let mut last: Option<usize> = None;
        for (column, height) in heights.iter().enumerate() {
            let Some(now) = height.map(row) else {
                last = None;
                continue;
            };
            // From below the last point to this one, without a gap.
            let (from, to) = match last {
                Some(last) if last + 1 < now => (last + 1, now),
                Some(last) if now + 1 < last => (now, last - 1),
                _ => (now, now),
            };
            for row in from..=to {
                self.set(column, row, line);
            }
            last = Some(now);
        }
    }

    fn set(&mut self, column: usize, row: usize, line: usize) {
        let (across, down) = if self.marks { (1, 1) } else { (ACROSS, DOWN) };
        let cell = row / down * self.width + column / across;
        let bit = if self.marks { 1 } else { BITS[row % down][column % across] };
        if let Some((dots, of)) = self.cells.get_mut(cell) {
            *dots |= bit;
            *of = line;
        }
    }

    /// Writes row `row` without spaces at its end. `color` colours a text like a line.
    pub(super) fn write_row(
        &self,
        out: &mut String,
        row: usize,
        color: &dyn Fn(usize, &str) -> String,
    ) {
        let cells = &self.cells[row * self.width..(row + 1) * self.width];
        let end = cells.iter().rposition(|cell| cell.0 != 0).map_or(0, |at| at + 1);
        for part in cells[..end].chunk_by(|a, b| (a.0 == 0) == (b.0 == 0) && a.1 == b.1) {
            let (dots, line) = part[0];
            if dots == 0 {
                out.push_str(&" ".repeat(part.len()));
                continue;
            }
            let glyph = |(dots, line): &(u8, usize)| {
                if self.marks {
                    MARKS[line % MARKS.len()]
                } else {
                    char::from_u32(0x2800 + u32::from(*dots)).unwrap_or('.')
                }
            };
            out.push_str(&color(line, &part.iter().map(glyph).collect::<String>()));
        }
    }
}
