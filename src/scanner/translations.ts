/**
 * The texts of english.ts in other languages; a part of its own, loaded where a page speaks one of them.
 */
import type { Messages } from "./english.js";

const de: Messages = {
  view: "Barcode-Scanner",
  starting: "Kamera startet …",
  paused: "Angehalten",
  recovering: "Die Kamera ist weg. Es geht weiter, sobald sie wieder da ist.",
  found: "{format}: {value}",
  foundMany: "{count} Codes gefunden",
  torch: "Licht",
  switchCamera: "Kamera wechseln",
  insecure_context: "Die Kamera braucht eine sichere Seite (https).",
  camera_unsupported: "Dieser Browser kann die Kamera nicht benutzen. Bitte die Seite in einem anderen Browser öffnen.",
  camera_permission_denied:
    "Die Kamera wurde nicht erlaubt. Bitte in den Einstellungen des Browsers für diese Seite erlauben und erneut versuchen.",
  camera_not_found: "Keine Kamera gefunden. Bitte eine anschließen und erneut versuchen.",
  camera_in_use: "Die Kamera ist belegt. Bitte andere Programme schließen, die sie benutzen, und erneut versuchen.",
  camera_overconstrained: "Keine Kamera passt zur Anforderung.",
  camera_lost: "Die Kamera ist weg. Bitte wieder anschließen oder erlauben.",
  camera_stalled: "Die Kamera liefert kein Bild. Bitte die Seite neu laden.",
  camera_unsupported_control: "Das kann diese Kamera nicht.",
  failed: "Das Scannen wurde beendet. Bitte die Seite neu laden.",
};

const fr: Messages = {
  view: "Lecteur de codes-barres",
  starting: "Démarrage de la caméra …",
  paused: "En pause",
  recovering: "La caméra n’est plus là. La lecture reprendra à son retour.",
  found: "{format} : {value}",
  foundMany: "{count} codes trouvés",
  torch: "Lumière",
  switchCamera: "Changer de caméra",
  insecure_context: "La caméra exige une page sécurisée (https).",
  camera_unsupported: "Ce navigateur ne peut pas utiliser la caméra. Ouvrez la page dans un autre navigateur.",
  camera_permission_denied:
    "L’accès à la caméra a été refusé. Autorisez-le dans les réglages du navigateur pour cette page, puis réessayez.",
  camera_not_found: "Aucune caméra trouvée. Branchez-en une et réessayez.",
  camera_in_use: "La caméra est occupée. Fermez les autres applications qui l’utilisent et réessayez.",
  camera_overconstrained: "Aucune caméra ne convient à la demande.",
  camera_lost: "La caméra n’est plus là. Rebranchez-la ou autorisez-la de nouveau.",
  camera_stalled: "La caméra ne donne pas d’image. Rechargez la page.",
  camera_unsupported_control: "Cette caméra ne sait pas le faire.",
  failed: "La lecture s’est arrêtée. Rechargez la page.",
};

const es: Messages = {
  view: "Lector de códigos de barras",
  starting: "Iniciando la cámara …",
  paused: "En pausa",
  recovering: "La cámara no está. La lectura seguirá cuando vuelva.",
  found: "{format}: {value}",
  foundMany: "{count} códigos encontrados",
  torch: "Luz",
  switchCamera: "Cambiar de cámara",
  insecure_context: "La cámara necesita una página segura (https).",
  camera_unsupported: "Este navegador no puede usar la cámara. Abra la página en otro navegador.",
  camera_permission_denied:
    "No se permitió la cámara. Permítala en los ajustes del navegador para esta página e inténtelo de nuevo.",
  camera_not_found: "No se encontró ninguna cámara. Conecte una e inténtelo de nuevo.",
  camera_in_use: "La cámara está en uso. Cierre otras aplicaciones que la usen e inténtelo de nuevo.",
  camera_overconstrained: "Ninguna cámara se ajusta a lo pedido.",
  camera_lost: "La cámara no está. Conéctela o permítala de nuevo.",
  camera_stalled: "La cámara no da imagen. Recargue la página.",
  camera_unsupported_control: "Esta cámara no puede hacerlo.",
  failed: "La lectura se ha detenido. Recargue la página.",
};

export const TRANSLATIONS: Readonly<Record<string, Messages>> = { de, fr, es };
