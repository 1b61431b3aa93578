// Draws the API from its OpenAPI file. Nothing is asked of any other host.
const place = document.getElementById("api");

SwaggerUIBundle({
  domNode: place,
  url: place.dataset.openapiUrl,
  deepLinking: true,
  validatorUrl: null,
});
