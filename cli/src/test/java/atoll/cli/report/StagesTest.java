package atoll.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.core.json.Json;
import atoll.core.json.JsonReader;
import java.util.List;
import org.junit.jupiter.api.Test;

class StagesTest {
  @Test
  void readsShowsAndWritesATimeline() {
    var read =
        Stages.of(
            (Json.Obj)
                JsonReader.read(
                    "{\"timeline\":[{\"stage\":\"clone\",\"ms\":1.239},{\"stage\":\"agent\",\"ms\":300}]}"));
    var stages = read.with("first_exec", 40);
    assertThat(stages.json().toString())
        .isEqualTo(
            "[{\"stage\":\"clone\",\"ms\":1.24},{\"stage\":\"agent\",\"ms\":300},{\"stage\":\"first_exec\",\"ms\":40}]");
    assertThat(stages.table()).contains("clone", "1.24", "total", "341.24");
  }

  @Test
  void anEmptyTimelineIsATableOfItsTotal() {
    assertThat(new Stages(List.of()).table().lines()).hasSize(2);
  }
}
