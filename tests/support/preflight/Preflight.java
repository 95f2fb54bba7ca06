import java.io.File;
import org.apache.pdfbox.preflight.PreflightDocument;
import org.apache.pdfbox.preflight.ValidationResult;
import org.apache.pdfbox.preflight.parser.PreflightParser;

/** Judges each file named on the command line as PDF/A-1b and prints one line per error; exit 1 when there is one. */
public class Preflight {
    public static void main(String[] names) throws Exception {
        boolean valid = true;
        for (String name : names) {
            PreflightParser parser = new PreflightParser(new File(name));
            parser.parse();
            try (PreflightDocument document = parser.getPreflightDocument()) {
                document.validate();
                ValidationResult result = document.getResult();
                for (ValidationResult.ValidationError error : result.getErrorsList()) {
                    System.out.println(name + ": " + error.getErrorCode() + " " + error.getDetails());
                }
                valid &= result.isValid();
            }
        }
        System.exit(valid ? 0 : 1);
    }
}
