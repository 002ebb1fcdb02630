//! The drawing: sky, hills, ground, and a house front of shapes laid one over the other.

use super::random::{Random, grain};

/// Colour channels, 0 to 255.
type Colour = [f32; 3];

/// A point of the scene: 0 to 1 from left to right and from top to bottom.
type Point = (f32, f32);

/// A region of the scene and how it is painted.
struct Shape {
    outline: Outline,
    colour: Colour,
    texture: Texture,
}

enum Outline {
    /// Left, top, right, bottom.
    Box(f32, f32, f32, f32),
    /// Four corners, clockwise; the last two may fall together.
    Quad([Point; 4]),
    /// Centre and half axes.
    Ellipse(Point, Point),
}

#[derive(Clone, Copy)]
enum Texture {
    Plain,
    /// Courses of bricks.
    Bricks,
    /// Rows of tiles.
    Tiles,
}

/// A house and what stands around it.
pub(super) struct House {
    seed: u64,
    sky: [Colour; 2],
    ground: Colour,
    horizon: f32,
    hills: [f32; 3],
    /// The last one is on top.
    shapes: Vec<Shape>,
}

impl House {
    pub(super) fn of_seed(seed: u64) -> Self {
        let mut random = Random::new(seed);
        let sky = random.choice([
            [[96.0, 150.0, 214.0], [206.0, 226.0, 242.0]],
            [[226.0, 230.0, 234.0], [196.0, 202.0, 208.0]],
            [[140.0, 160.0, 186.0], [244.0, 226.0, 200.0]],
            [[236.0, 240.0, 246.0], [150.0, 186.0, 222.0]],
        ]);
        let ground = random.choice([[150.0, 138.0, 116.0], [112.0, 122.0, 88.0], [172.0, 168.0, 160.0]]);
        let horizon = random.between(0.55, 0.7);
        let hills = [random.between(0.0, 6.3), random.between(2.0, 7.0), random.between(0.02, 0.16)];
        let mut house = Self { seed, sky, ground, horizon, hills, shapes: Vec::new() };
        house.tree(&mut random);
        house.front(&mut random);
        house.tree(&mut random);
        house
    }

    fn add(&mut self, outline: Outline, colour: Colour, texture: Texture) {
        self.shapes.push(Shape { outline, colour, texture });
    }

    fn tree(&mut self, random: &mut Random) {
        if random.chance(0.3) {
            return;
        }
        let x = if random.chance(0.5) { random.between(0.03, 0.2) } else { random.between(0.8, 0.97) };
        let (top, foot) = (random.between(0.2, 0.5), random.between(0.75, 0.85));
        let (across, down) = (random.between(0.07, 0.15), random.between(0.1, 0.2));
        self.add(Outline::Box(x - 0.012, top, x + 0.012, foot), [92.0, 70.0, 50.0], Texture::Plain);
        let green = [random.between(40.0, 90.0), random.between(90.0, 130.0), random.between(40.0, 70.0)];
        self.add(Outline::Ellipse((x, top + down * 0.6), (across, down)), green, Texture::Plain);
    }

    fn front(&mut self, random: &mut Random) {
        let floors = random.choice([1u8, 1, 1, 2, 2]);
        let half = random.between(0.22, 0.36);
        let centre = random.between(0.5 - (0.42 - half), 0.5 + (0.42 - half));
        let foot = random.between(0.78, 0.86);
        let storey = random.between(0.2, 0.25);
        let wall = WallPlace {
            left: centre - half,
            right: centre + half,
            top: foot - storey * f32::from(floors),
            foot,
        };
        let (colour, texture) = random.choice([
            ([222.0, 214.0, 198.0], Texture::Plain),
            ([244.0, 244.0, 240.0], Texture::Plain),
            ([176.0, 96.0, 72.0], Texture::Bricks),
            ([150.0, 150.0, 148.0], Texture::Bricks),
            ([214.0, 186.0, 128.0], Texture::Plain),
        ]);
        self.add(Outline::Box(wall.left, wall.top, wall.right, wall.foot), colour, texture);
        self.add(
            Outline::Box(wall.left, foot - 0.03, wall.right, foot),
            [120.0, 118.0, 114.0],
            Texture::Plain,
        );
        self.roof(random, &wall);
        for floor in 0..floors {
            self.storey(random, &wall, foot - storey * f32::from(floor), storey, floor == 0);
        }
        // The step and the path to the door.
        self.add(
            Outline::Box(wall.left, foot, wall.right, foot + 0.02),
            [188.0, 186.0, 182.0],
            Texture::Plain,
        );
    }

    fn roof(&mut self, random: &mut Random, wall: &WallPlace) {
        let colour = random.choice([[86.0, 88.0, 94.0], [150.0, 66.0, 48.0], [62.0, 74.0, 96.0]]);
        let (eaves, rise) = (random.between(0.02, 0.05), random.between(0.1, 0.18));
        let (left, right, top) = (wall.left - eaves, wall.right + eaves, wall.top - rise);
        let width = right - left;
        // A gable to the front, a ridge along it, a lean-to, or the flat roof of newer houses.
        let corners = match random.choice([0u8, 1, 1, 2, 3]) {
            0 => [(left + width * 0.5, top), (right, wall.top), (left, wall.top), (left, wall.top)],
            1 => {
                let hip = random.between(0.03, 0.2) * width;
                [(left + hip, top), (right - hip, top), (right, wall.top), (left, wall.top)]
            }
            2 => [(left, top), (right, wall.top - rise * 0.35), (right, wall.top), (left, wall.top)],
            _ => [(left, wall.top - 0.035), (right, wall.top - 0.035), (right, wall.top), (left, wall.top)],
        };
        self.add(Outline::Quad(corners), colour, Texture::Tiles);
        let shade = [60.0, 56.0, 52.0];
        self.add(Outline::Box(wall.left, wall.top, wall.right, wall.top + 0.012), shade, Texture::Plain);
    }

    fn storey(&mut self, random: &mut Random, wall: &WallPlace, foot: f32, height: f32, with_door: bool) {
        let bays = random.choice([3u8, 3, 4, 5]);
        let bay = (wall.right - wall.left) / f32::from(bays);
        let door = if random.chance(0.6) { bays / 2 } else { random.choice([0u8, 1, 2]) };
        let frame = random.choice([[250.0, 250.0, 250.0], [110.0, 66.0, 44.0], [196.0, 204.0, 210.0]]);
        let glass = [random.between(40.0, 80.0), random.between(60.0, 96.0), random.between(80.0, 120.0)];
        let leaf = random.choice([[150.0, 36.0, 34.0], [96.0, 62.0, 40.0], [60.0, 92.0, 82.0]]);
        for place in 0..bays {
            let middle = wall.left + bay * (f32::from(place) + 0.5);
            if with_door && place == door {
                let (top, half) = (foot - height * 0.74, bay * 0.28);
                self.add(
                    Outline::Box(middle - half - 0.008, top - 0.01, middle + half + 0.008, foot),
                    frame,
                    Texture::Plain,
                );
                self.add(Outline::Box(middle - half, top, middle + half, foot), leaf, Texture::Plain);
                self.add(Outline::Box(middle - 0.002, top, middle + 0.002, foot), frame, Texture::Plain);
            } else {
                let (top, bottom, half) = (foot - height * 0.72, foot - height * 0.3, bay * 0.3);
                self.add(
                    Outline::Box(middle - half - 0.008, top - 0.01, middle + half + 0.008, bottom + 0.01),
                    frame,
                    Texture::Plain,
                );
                self.add(Outline::Box(middle - half, top, middle + half, bottom), glass, Texture::Plain);
                self.add(Outline::Box(middle - 0.003, top, middle + 0.003, bottom), frame, Texture::Plain);
            }
        }
    }

    /// The colour of one pixel of a picture of this size.
    pub(super) fn colour_at(&self, x: u32, y: u32, width: u32, height: u32) -> [u8; 3] {
        let point = ((x as f32 + 0.5) / width as f32, (y as f32 + 0.5) / height as f32);
        let colour = self
            .shapes
            .iter()
            .rev()
            .find(|shape| shape.outline.holds(point))
            .map_or_else(|| self.background(point), |shape| shape.colour_at(point));
        let grain = 5.0 * grain(self.seed, x, y);
        colour.map(|channel| (channel + grain).clamp(0.0, 255.0) as u8)
    }

    fn background(&self, (x, y): Point) -> Colour {
        let [phase, waves, height] = self.hills;
        let ridge = self.horizon - height * (1.0 + (phase + waves * x).sin()) * 0.5 - height * 0.3;
        if y >= self.horizon {
            let near = 1.0 - 0.25 * (y - self.horizon) / (1.0 - self.horizon);
            self.ground.map(|channel| channel * near)
        } else if y >= ridge {
            [104.0, 128.0, 110.0]
        } else {
            let down = y / self.horizon;
            [0, 1, 2].map(|i| self.sky[0][i] * (1.0 - down) + self.sky[1][i] * down)
        }
    }
}

struct WallPlace {
    left: f32,
    right: f32,
    top: f32,
    foot: f32,
}

impl Shape {
    fn colour_at(&self, (x, y): Point) -> Colour {
        let shade = match self.texture {
            Texture::Plain => 1.0,
            Texture::Bricks => {
                let course = y / 0.012;
                let shift = if course as i32 % 2 == 0 { 0.0 } else { 0.5 };
                let joint = course.fract() < 0.18 || (x / 0.03 + shift).fract() < 0.08;
                if joint { 1.22 } else { 1.0 }
            }
            Texture::Tiles => 0.86 + 0.28 * (y / 0.014).fract(),
        };
        self.colour.map(|channel| channel * shade)
    }
}

impl Outline {
    fn holds(&self, (x, y): Point) -> bool {
        match self {
            Self::Box(left, top, right, bottom) => {
                (*left..*right).contains(&x) && (*top..*bottom).contains(&y)
            }
            Self::Ellipse((cx, cy), (across, down)) => {
                ((x - cx) / across).powi(2) + ((y - cy) / down).powi(2) < 1.0
            }
            // On the right-hand side of every edge, going clockwise with y downwards.
            Self::Quad(corners) => (0..4).all(|i| {
                let ((ax, ay), (bx, by)) = (corners[i], corners[(i + 1) % 4]);
                (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0.0
            }),
        }
    }
}
