//! The paths of one arrow, as SVG's path data.

/// A line, cut off at the edges of the plot.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Way {
    pub from: (f64, f64),
    pub to: (f64, f64),
    /// Whether its end is within the plot, and so has a head.
    pub ends: bool,
}

impl Way {
    pub fn line(&self) -> String {
        let ((x1, y1), (x2, y2)) = (self.from, self.to);
        format!("M{x1:.1} {y1:.1}L{x2:.1} {y2:.1}")
    }

    /// A triangle whose point is the end.
    pub fn head(&self) -> String {
        let ((x1, y1), (x2, y2)) = (self.from, self.to);
        let long = ((x2 - x1).powi(2) + (y2 - y1).powi(2)).sqrt().max(0.1);
        let (dx, dy) = ((x2 - x1) / long, (y2 - y1) / long);
        let (bx, by) = (x2 - 8.0 * dx, y2 - 8.0 * dy);
        let (left, right) = ((bx - 3.2 * dy, by + 3.2 * dx), (bx + 3.2 * dy, by - 3.2 * dx));
        format!("M{x2:.1} {y2:.1}L{:.1} {:.1}L{:.1} {:.1}z", left.0, left.1, right.0, right.1)
    }

    pub fn middle(&self) -> (f64, f64) {
        ((self.from.0 + self.to.0) / 2.0, (self.from.1 + self.to.1) / 2.0)
    }
}

/// A disc around a point.
pub fn disc((x, y): (f64, f64), radius: f64) -> String {
    let (left, wide) = (x - radius, 2.0 * radius);
    format!("M{left:.1} {y:.1}a{radius} {radius} 0 1 0 {wide} 0a{radius} {radius} 0 1 0-{wide} 0")
}

/// A cross about a place.
pub fn cross((x, y): (f64, f64)) -> String {
    let (left, right, top, bottom) = (x - 4.0, x + 4.0, y - 4.0, y + 4.0);
    format!("M{left:.1} {top:.1}L{right:.1} {bottom:.1}M{right:.1} {top:.1}L{left:.1} {bottom:.1}")
}
