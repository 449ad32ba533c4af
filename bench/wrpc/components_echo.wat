;; Gives back what it gets, from where it was put.
(component
  (core module $memory
    (memory (export "memory") 32)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 65536))
  (core instance $memory (instantiate $memory))
  (core module $main
    (import "env" "memory" (memory 1))
    (func (export "echo") (param i32 i32) (result i32)
      (i32.store (i32.const 16) (local.get 0))
      (i32.store (i32.const 20) (local.get 1))
      i32.const 16))
  (core instance $main (instantiate $main (with "env" (instance $memory))))
  (func $echo (param "data" (list u8)) (result (list u8))
    (canon lift (core func $main "echo") (memory (core memory $memory "memory"))
                (realloc (core func $memory "realloc"))))
  (instance $out (export "echo" (func $echo)))
  (export "wc:bench/echo@0.1.0" (instance $out)))
