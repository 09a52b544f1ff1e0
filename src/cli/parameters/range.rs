//! The numbers that a parameter takes.

use std::fmt::{self, Display};

/// From one number to another; an end that is missing is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range<T> {
    pub(crate) least: Option<T>,
    pub(crate) most: Option<T>,
}

impl<T: PartialOrd + Display + Copy> Range<T> {
    /// Says so if a number is outside.
    pub(crate) fn check(&self, number: T) -> Result<(), String> {
        let is_inside =
            self.least.is_none_or(|least| least <= number) && self.most.is_none_or(|most| number <= most);
        match (is_inside, self.least.and(self.most)) {
            (true, _) => Ok(()),
            (false, Some(_)) => Err(format!("{number} is not in {self}")),
            (false, None) => Err(format!("{number} is not {self}")),
        }
    }

    pub(crate) fn is_open(&self) -> bool {
        self.least.is_none() && self.most.is_none()
    }
}

impl Range<i128> {
    /// The integers of a format of JSON Schema, such as `uint32`.
    pub(crate) fn of_format(format: Option<&str>) -> Self {
        let (least, most) = match format {
            Some("int8") => (i8::MIN.into(), i8::MAX.into()),
            Some("int16") => (i16::MIN.into(), i16::MAX.into()),
            Some("int32") => (i32::MIN.into(), i32::MAX.into()),
            Some("int64" | "int") => (i64::MIN.into(), i64::MAX.into()),
            Some("uint8") => (0, u8::MAX.into()),
            Some("uint16") => (0, u16::MAX.into()),
            Some("uint32") => (0, u32::MAX.into()),
            Some("uint64" | "uint") => (0, u64::MAX.into()),
            // What JSON can hold.
            _ => (i64::MIN.into(), u64::MAX.into()),
        };
        Range { least: Some(least), most: Some(most) }
    }

    /// The ends that somebody chose, without those that only the type has.
    pub(crate) fn chosen(self) -> Self {
        let wide = i128::from(i32::MAX);
        let most = self.most.filter(|most| *most < wide);
        let least = self.least.filter(|least| *least > -wide && (*least != 0 || most.is_some()));
        Range { least, most }
    }
}

impl<T: Display> Display for Range<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.least, &self.most) {
            (Some(least), Some(most)) => write!(f, "{least}..={most}"),
            (Some(least), None) => write!(f, "at least {least}"),
            (None, Some(most)) => write!(f, "at most {most}"),
            (None, None) => f.write_str("any"),
        }
    }
}
