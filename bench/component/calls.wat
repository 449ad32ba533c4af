;; What component_bench calls: small functions that do next to nothing, so that what is measured is the way in and out.
(component
  (type $fields' (record (field "a" u8) (field "b" u16) (field "c" u32) (field "d" u64)
                         (field "e" s32) (field "f" f32) (field "g" f64) (field "h" bool)))
  (import "fields" (type $fields (eq $fields')))
  (import "host-add" (func $host-add (param "a" u32) (param "b" u32) (result u32)))
  (import "host-record" (func $host-record (param "r" $fields) (result $fields)))
  (import "host-text" (func $host-text (param "t" string) (result string)))
  (import "host-bytes" (func $host-bytes (param "b" (list u8)) (result (list u8))))
  (import "host-records" (func $host-records (param "r" (list $fields)) (result (list $fields))))

  (core module $memory
    (memory (export "memory") 64)
    ;; Every allocation is the same area: a call is over before the next one begins.
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 65536))
  (core instance $memory (instantiate $memory))
  (alias core export $memory "memory" (core memory $mem))
  (alias core export $memory "realloc" (core func $realloc))
  (core func $add-core (canon lower (func $host-add)))
  (core func $record-core (canon lower (func $host-record) (memory $mem)))
  (core func $text-core (canon lower (func $host-text) (memory $mem) (realloc $realloc)))
  (core func $bytes-core (canon lower (func $host-bytes) (memory $mem) (realloc $realloc)))
  (core func $records-core (canon lower (func $host-records) (memory $mem) (realloc $realloc)))

  (core module $main
    (import "env" "memory" (memory 1))
    (import "env" "add" (func $add (param i32 i32) (result i32)))
    (import "env" "record" (func $record (param i32 i32 i32 i64 i32 f32 f64 i32 i32)))
    (type $list (func (param i32 i32 i32)))
    (import "env" "text" (func $text (type $list)))
    (import "env" "bytes" (func $bytes (type $list)))
    (import "env" "records" (func $records (type $list)))

    (func (export "add") (param i32 i32) (result i32)
      local.get 0 local.get 1 i32.add)
    (func (export "echo-record") (param i32 i32 i32 i64 i32 f32 f64 i32) (result i32)
      (i32.store8 (i32.const 64) (local.get 0))
      (i32.store16 (i32.const 66) (local.get 1))
      (i32.store (i32.const 68) (local.get 2))
      (i64.store (i32.const 72) (local.get 3))
      (i32.store (i32.const 80) (local.get 4))
      (f32.store (i32.const 84) (local.get 5))
      (f64.store (i32.const 88) (local.get 6))
      (i32.store8 (i32.const 96) (local.get 7))
      i32.const 64)
    (func (export "echo") (param i32 i32) (result i32)
      i32.const 16 local.get 0 i32.store
      i32.const 20 local.get 1 i32.store
      i32.const 16)

    ;; What the host is given lies at 2 MiB, what it gives back at 64 KiB.
    (func (export "call-host") (param $times i32) (result i32) (local $sum i32)
      (loop $again
        (local.set $sum (call $add (local.get $sum) (local.get $times)))
        (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
      local.get $sum)
    (func (export "call-host-record") (param $times i32)
      (loop $again
        (call $record (i32.const 1) (i32.const 2) (i32.const 3) (i64.const 4) (i32.const 5) (f32.const 6) (f64.const 7)
          (i32.const 1) (i32.const 64))
        (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))
    (func (export "call-host-text") (param $times i32) (param $size i32)
      (loop $again
        (call $text (i32.const 0x200000) (local.get $size) (i32.const 32))
        (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))
    (func (export "call-host-bytes") (param $times i32) (param $size i32)
      (loop $again
        (call $bytes (i32.const 0x200000) (local.get $size) (i32.const 32))
        (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1))))))
    (func (export "call-host-records") (param $times i32) (param $count i32)
      (loop $again
        (call $records (i32.const 0x200000) (local.get $count) (i32.const 32))
        (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))))
  (core instance $main (instantiate $main
    (with "env" (instance
      (export "memory" (memory $mem))
      (export "add" (func $add-core))
      (export "record" (func $record-core))
      (export "text" (func $text-core))
      (export "bytes" (func $bytes-core))
      (export "records" (func $records-core))))))

  (func (export "add") (param "a" u32) (param "b" u32) (result u32)
    (canon lift (core func $main "add")))
  (func (export "echo-record") (param "r" $fields) (result $fields)
    (canon lift (core func $main "echo-record") (memory $mem)))
  (func (export "echo-text") (param "t" string) (result string)
    (canon lift (core func $main "echo") (memory $mem) (realloc $realloc)))
  (func (export "echo-bytes") (param "b" (list u8)) (result (list u8))
    (canon lift (core func $main "echo") (memory $mem) (realloc $realloc)))
  (func (export "echo-records") (param "r" (list $fields)) (result (list $fields))
    (canon lift (core func $main "echo") (memory $mem) (realloc $realloc)))
  (func (export "call-host") (param "times" u32) (result u32)
    (canon lift (core func $main "call-host")))
  (func (export "call-host-record") (param "times" u32)
    (canon lift (core func $main "call-host-record")))
  (func (export "call-host-text") (param "times" u32) (param "size" u32)
    (canon lift (core func $main "call-host-text")))
  (func (export "call-host-bytes") (param "times" u32) (param "size" u32)
    (canon lift (core func $main "call-host-bytes")))
  (func (export "call-host-records") (param "times" u32) (param "count" u32)
    (canon lift (core func $main "call-host-records"))))
