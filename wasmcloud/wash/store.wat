;; A component with an import and an export of each common kind, for program_test: it only passes on what it imports.
(component
  (type $store (instance
    (export "bucket" (type $bucket (sub resource)))
    (type $own-bucket (own $bucket))
    (type $borrow-bucket (borrow $bucket))
    (type $error (enum "no-such-store" "denied"))
    (export "error" (type (eq $error)))
    (export "open" (func (param "identifier" string) (result $own-bucket)))
    (export "[constructor]bucket" (func (param "name" string) (result $own-bucket)))
    (export "[method]bucket.get" (func (param "self" $borrow-bucket) (param "key" string) (result string)))))
  (import "test:keyvalue/store@0.2.0" (instance $imported (type $store)))
  (import "log" (func $log (param "level" u8) (param "message" string)))
  (export "test:keyvalue/again@1.0.0" (instance $imported))
  (export "log-again" (func $log)))
