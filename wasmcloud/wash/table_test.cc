#include "wasmcloud/wash/table.h"

#include <gtest/gtest.h>

namespace wasmcloud::wash {
namespace {

TEST(Table, AlignsColumnsWithBlanks) {
  Table table;
  table.row({"Source ID", "Target", "Name"});
  table.row({"http", "hello", "default"});
  EXPECT_EQ(table.text(),
            "\n"
            "  Source ID   Target   Name\n"
            "  http        hello    default\n"
            "\n");
}

TEST(Table, ABlankLineEndsAnAlignment) {
  Table table;
  table.row({"long enough", "b"});
  table.blank();
  table.row({"a", "b"});
  table.row({"No providers found"});
  EXPECT_EQ(table.text(),
            "\n"
            "  long enough   b\n"
            "\n"
            "  a   b\n"
            "  No providers found\n"
            "\n");
}

TEST(Table, CountsCharactersAndNotBytes) {
  Table table;
  table.row({"äöü", "b"});
  table.row({"abcd", "b"});
  EXPECT_EQ(table.text(), "\n  äöü    b\n  abcd   b\n\n");
}

TEST(Table, BreaksWhatIsWiderThanItsShareOfATerminal) {
  Table table;
  table.row({"abcdefghijkl", "1"});
  EXPECT_EQ(table.text(28), "\n  abcdefghi   1\n  jkl\n\n");
  EXPECT_EQ(table.text(), "\n  abcdefghijkl   1\n\n");
}

TEST(Table, HasItsBlankLinesWithoutRows) { EXPECT_EQ(Table().text(), "\n\n"); }

}  // namespace
}  // namespace wasmcloud::wash
