;; What component_bench calls: small functions that do next to nothing, so that what is measured is the way in and out.
(component
  (import "host-add" (func $host-add (param "a" u32) (param "b" u32) (result u32)))
  (import "host-echo" (func $host-echo (param "bytes" (list u8)) (result (list u8))))

  (core module $memory
    (memory (export "memory") 64)
    ;; Every allocation is the same area: a call is over before the next one begins.
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 65536))
  (core instance $memory (instantiate $memory))
  (alias core export $memory "memory" (core memory $mem))
  (alias core export $memory "realloc" (core func $realloc))
  (core func $host-add-core (canon lower (func $host-add)))
  (core func $host-echo-core (canon lower (func $host-echo) (memory $mem) (realloc $realloc)))

  (core module $main
    (import "env" "memory" (memory 1))
    (import "env" "host-add" (func $host-add (param i32 i32) (result i32)))
    (import "env" "host-echo" (func $host-echo (param i32 i32 i32)))
    (func (export "add") (param i32 i32) (result i32)
      local.get 0 local.get 1 i32.add)
    (func (export "echo") (param i32 i32) (result i32)
      i32.const 16 local.get 0 i32.store
      i32.const 20 local.get 1 i32.store
      i32.const 16)
    (func (export "call-host") (param $times i32) (result i32) (local $sum i32)
      (loop $again
        (local.set $sum (call $host-add (local.get $sum) (local.get $times)))
        (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))
      local.get $sum)
    (func (export "call-host-bytes") (param $times i32) (param $size i32)
      (loop $again
        (call $host-echo (i32.const 65536) (local.get $size) (i32.const 32))
        (br_if $again (local.tee $times (i32.sub (local.get $times) (i32.const 1)))))))
  (core instance $main (instantiate $main
    (with "env" (instance
      (export "memory" (memory $mem))
      (export "host-add" (func $host-add-core))
      (export "host-echo" (func $host-echo-core))))))

  (func (export "add") (param "a" u32) (param "b" u32) (result u32)
    (canon lift (core func $main "add")))
  (func (export "echo") (param "bytes" (list u8)) (result (list u8))
    (canon lift (core func $main "echo") (memory $mem) (realloc $realloc)))
  (func (export "call-host") (param "times" u32) (result u32)
    (canon lift (core func $main "call-host")))
  (func (export "call-host-bytes") (param "times" u32) (param "size" u32)
    (canon lift (core func $main "call-host-bytes"))))
