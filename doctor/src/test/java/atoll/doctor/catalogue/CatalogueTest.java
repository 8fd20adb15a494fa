package atoll.doctor.catalogue;

import static org.assertj.core.api.Assertions.assertThat;

import atoll.doctor.fault.Fault;
import atoll.doctor.fault.Faults;
import atoll.doctor.repair.Repairs;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class CatalogueTest {
  @Test
  void idsAreUniqueAndBeginWithAPlace() {
    var seen = new HashSet<String>();
    for (Failure f : Catalogue.all()) {
      assertThat(seen.add(f.id())).as(f.id()).isTrue();
      assertThat(f.id()).matches("(host|veth|namespace|tap|vmm|guest|agent)\\.[a-z0-9_]+");
      assertThat(f.id()).startsWith(f.layer().word() + ".");
    }
    assertThat(Catalogue.all()).hasSizeGreaterThanOrEqualTo(60);
  }

  @Test
  void everyFailureSaysAllFourThings() {
    assertThat(Catalogue.all())
        .allSatisfy(f ->
            assertThat(new String[] {f.symptom(), f.check(), f.remedy()})
                .noneMatch(String::isBlank));
  }

  @Test
  void repairsAndFaultsBelongToFailures() {
    var known = Catalogue.all().stream().map(Failure::id).toList();
    assertThat(known).containsAll(Repairs.ids());
    assertThat(known).containsAll(Faults.all().stream().map(Fault::failure).toList());
    assertThat(Faults.all()).hasSizeGreaterThanOrEqualTo(40);
  }
}
