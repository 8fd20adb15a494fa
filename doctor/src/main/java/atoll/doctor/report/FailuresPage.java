package atoll.doctor.report;

import atoll.doctor.catalogue.Catalogue;
import atoll.doctor.catalogue.Failure;
import atoll.doctor.catalogue.Layer;
import atoll.doctor.fault.Faults;
import atoll.doctor.repair.Repairs;

/// The page docs/failures.md: every failure that the doctor knows, by layer.
public final class FailuresPage {
  private FailuresPage() {}

  public static String text() {
    var out = new StringBuilder();
    out.append("# What breaks, and how the doctor knows\n\n")
        .append("Made from the catalogue in `doctor`; a test holds this page to it. ")
        .append("`atoll doctor SANDBOX` names one of these.\n\n")
        .append(
            "**Fix**: `--fix` can do it safely. **Drill**: `atoll fault inject` can bring it about"
                + " on a real sandbox.\n");
    for (Layer layer : Layer.values()) layer(out, layer);
    return out.toString();
  }

  private static void layer(StringBuilder out, Layer layer) {
    var failures = Catalogue.all().stream().filter(f -> f.layer() == layer).toList();
    if (failures.isEmpty()) return;
    out.append("\n## ").append(layer.word()).append("\n\n");
    out.append("| Failure | Symptom | Proof | Remedy | Fix | Drill |\n|---|---|---|---|---|---|\n");
    for (Failure f : failures)
      out.append("| `")
          .append(f.id())
          .append("` | ")
          .append(cell(f.symptom()))
          .append(" | ")
          .append(cell(f.check()))
          .append(" | ")
          .append(cell(f.remedy()))
          .append(" | ")
          .append(Repairs.has(f.id()) ? "yes" : "")
          .append(" | ")
          .append(Faults.find(f.id()).isPresent() ? "yes" : "")
          .append(" |\n");
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
