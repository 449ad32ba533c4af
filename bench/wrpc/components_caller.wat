;; Calls the echo that it imports, so often and with so many bytes.
(component
  (import "wc:bench/echo@0.1.0" (instance $echo
    (export "echo" (func (param "data" (list u8)) (result (list u8))))))
  (core module $memory
    (memory (export "memory") 96)
    ;; Every result is in the same area: it is not looked at any more when the next one comes.
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 4194304))
  (core instance $memory (instantiate $memory))
  (core func $lowered (canon lower (func $echo "echo") (memory (core memory $memory "memory"))
                                   (realloc (core func $memory "realloc"))))
  (core module $main
    (import "host" "echo" (func $echo (param i32 i32 i32)))
    (func (export "call") (param $count i32) (param $size i32)
      (loop $next
        (call $echo (i32.const 2097152) (local.get $size) (i32.const 16))
        (local.set $count (i32.sub (local.get $count) (i32.const 1)))
        (br_if $next (local.get $count)))))
  (core instance $main (instantiate $main
    (with "host" (instance (export "echo" (func $lowered))))))
  (func (export "call") (param "count" u32) (param "size" u32)
    (canon lift (core func $main "call"))))
