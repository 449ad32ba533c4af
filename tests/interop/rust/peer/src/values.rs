// What goes through the functions of `types`. Included once for the types of the client and once for those of the
// server, which the bindings have apart. The same values stand in ../../../suite.cc.

pub fn bools() -> Vec<bool> {
    vec![true, false]
}

pub fn u8s() -> Vec<u8> {
    vec![0, 1, 127, 128, 200, 255]
}

pub fn u16s() -> Vec<u16> {
    vec![0, 127, 128, 255, 300, 16383, 16384, 65535]
}

pub fn u32s() -> Vec<u32> {
    vec![0, 127, 128, 624485, 2097152, 268435455, 268435456, 4294967295]
}

pub fn u64s() -> Vec<u64> {
    vec![0, 300, 4294967296, 9223372036854775808, 18446744073709551615]
}

pub fn s8s() -> Vec<i8> {
    vec![0, -1, 127, -128]
}

pub fn s16s() -> Vec<i16> {
    vec![0, 63, 64, -1, -64, -65, 8191, 8192, -8192, 32767]
}

pub fn s32s() -> Vec<i32> {
    vec![0, -1, 63, 64, -65, -123456, 134217727, 134217728, -134217728, 2147483647]
}

pub fn s64s() -> Vec<i64> {
    vec![0, -1, 4611686018427387903, 4611686018427387904, -4611686018427387904, 9223372036854775807]
}

pub fn low_s16s() -> Vec<i16> {
    vec![-8193, -32768]
}

pub fn low_s32s() -> Vec<i32> {
    vec![-134217729, -2147483648]
}

pub fn low_s64s() -> Vec<i64> {
    vec![-4611686018427387905, -9223372036854775808]
}

pub fn f32s() -> Vec<f32> {
    vec![0.0, -0.0, 1.0, 1.5, -2.25, 1e-45, f32::MAX, f32::INFINITY, f32::NEG_INFINITY, f32::NAN]
}

pub fn f64s() -> Vec<f64> {
    vec![0.0, -0.0, 1.0, 1.5, -2.25, 5e-324, f64::MAX, f64::INFINITY, f64::NEG_INFINITY, f64::NAN]
}

pub fn chars() -> Vec<char> {
    vec!['a', '\0', '~']
}

pub fn wide_chars() -> Vec<char> {
    vec!['é', '€', '😀']
}

pub fn strings() -> Vec<String> {
    let long = |count| "a".repeat(count);
    vec!["".into(), "test".into(), "ƒ𐍈Ő".into(), long(127), long(128), long(5000)]
}

pub fn bytes() -> Vec<Bytes> {
    vec![Bytes::new(), vec![1, 2, 255].into(), vec![0; 300].into()]
}

pub fn numbers() -> Vec<Vec<u32>> {
    vec![vec![], vec![1, 300, 4294967295]]
}

pub fn words() -> Vec<Vec<String>> {
    vec![vec![], vec!["foo".into(), "".into(), "bar".into()]]
}

pub fn grids() -> Vec<Vec<Vec<u16>>> {
    vec![vec![], vec![vec![1], vec![]], vec![vec![1, 2], vec![300]]]
}

pub fn options() -> Vec<Option<u32>> {
    vec![None, Some(0), Some(300)]
}

pub fn nested_options() -> Vec<Option<Option<String>>> {
    vec![None, Some(None), Some(Some("x".into()))]
}

pub fn optional_bytes() -> Vec<Option<Bytes>> {
    vec![None, Some(vec![42].into()), Some(Bytes::new())]
}

pub fn results() -> Vec<Result<u32, String>> {
    vec![Ok(300), Err("no".into())]
}

pub fn half_results() -> Vec<Result<(), String>> {
    vec![Ok(()), Err("".into()), Err("io".into())]
}

pub fn bare_results() -> Vec<Result<(), ()>> {
    vec![Ok(()), Err(())]
}

pub fn variants() -> Vec<Shape> {
    vec![
        Shape::Nothing,
        Shape::Circle(1.5),
        Shape::Rectangle((3, 400)),
        Shape::Named("x".into()),
        Shape::Place(Point { x: -1, y: 2 }),
    ]
}

pub fn enums() -> Vec<Color> {
    vec![Color::Red, Color::Green, Color::Blue]
}

pub fn flags3() -> Vec<Three> {
    vec![Three::empty(), Three::A, Three::A | Three::C]
}

pub fn flags8() -> Vec<Eight> {
    vec![Eight::empty(), Eight::A0, Eight::A7, Eight::all()]
}

pub fn flags17() -> Vec<(Seventeen, String)> {
    vec![
        (Seventeen::empty(), "x".into()),
        (Seventeen::B16, "y".into()),
        (Seventeen::B0 | Seventeen::B8 | Seventeen::B16, "z".into()),
    ]
}

pub fn records() -> Vec<Person> {
    vec![
        Person {
            name: "Ada".into(),
            age: 36,
            tags: vec!["math".into(), "engines".into()],
            boss: Some("Charles".into()),
            home: Point { x: -1, y: 64 },
        },
        Person { name: "".into(), age: 0, tags: vec![], boss: None, home: Point { x: 0, y: 0 } },
    ]
}

pub fn tuples() -> Vec<(u8, (String, Option<bool>), Vec<(String, u16)>)> {
    vec![
        (1, ("a".into(), Some(true)), vec![("b".into(), 2), ("".into(), 65535)]),
        (255, ("".into(), None), vec![]),
    ]
}
